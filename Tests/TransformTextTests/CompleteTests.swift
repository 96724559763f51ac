import TesseraFiles
import TestSupport
import Testing

/// `transform-text complete`, run as a user runs it.
@Suite struct CompleteTests {
    private static let model = Fixtures.ownPath("text-gpt2-generation")
    private let folder = TemporaryFolder()

    private func complete(_ arguments: [String]) throws -> Outcome {
        try transformText(["complete", "--model", Self.model, "--quiet"] + arguments)
    }

    private func objects(_ json: String) throws -> [JSONObject] {
        try JSONObject(bytes: Array(#"{"list": \#(json)}"#.utf8), path: "standard output").objects("list")
    }

    private func expected() throws -> (inputs: [String], generations: [JSONObject], perplexities: [JSONObject]) {
        let file = try JSONObject.read(Self.model + "/expected.json")
        guard case .array(let inputs)? = file.value("inputs") else { throw file.error("inputs", "a list") }
        return (
            inputs.compactMap { if case .string(let text) = $0 { text } else { nil } },
            try file.objects("generations"), try file.objects("perplexity")
        )
    }

    /// Each option gives what the reference gives with its own.
    @Test func optionsAreTheReferences() throws {
        let (inputs, generations, _) = try expected()
        #expect(generations.count >= 4)
        let options = [
            "repetition_penalty": "--repetition-penalty", "no_repeat_ngram_size": "--no-repeat-ngram",
            "num_beams": "--beam-size", "max_new_tokens": "--max-length",
        ]
        for run in generations {
            let named = try #require(try run.object("options"))
            let arguments = try named.keys.flatMap { key in
                let value = try named.number(key, in: 0...1000)
                return [try #require(options[key]), value == value.rounded() ? "\(Int(value))" : "\(value)"]
            }
            let found = try objects(try complete(["--format", "json"] + arguments + inputs).output)
            #expect(found.count == inputs.count)
            for (index, (found, output)) in zip(found, try run.objects("outputs")).enumerated() {
                #expect(found.keys == ["text", "output", "tokens", "log_probabilities", "finish"])
                #expect(try found.string("text") == inputs[index])
                #expect(try found.string("output") == output.string("text"))
                #expect(try found.numbers("tokens") == output.numbers("ids"))
                #expect(try found.numbers("log_probabilities")?.count == found.numbers("tokens")?.count)
            }
        }
    }

    /// With no new tokens the texts themselves are scored.
    @Test func textsAreScored() throws {
        let (_, _, perplexities) = try expected()
        let texts = try perplexities.map { try $0.string("text") }
        let score = ["--max-length", "0", "--log-probabilities"]
        let found = try objects(try complete(score + ["--format", "json"] + texts).output)
        for (found, expected) in zip(found, perplexities) {
            #expect(found.keys == ["text", "tokens", "log_probabilities", "perplexity"])
            #expect(try found.numbers("tokens") == expected.numbers("ids"))
            let value = try expected.number("perplexity", in: 1...1e9)
            #expect(abs(try found.number("perplexity", in: 1...1e9) - value) <= 1e-4 * value)
        }
        #expect(try complete(score + [texts[0], texts[1]]).output.split(separator: "\n").count == 2)
        let single = try objects(try complete(score + ["--format", "json", "a"]).output)[0]
        #expect(single.keys.contains("perplexity") && !single.contains("perplexity"))
    }

    @Test func seedsAndStopTexts() throws {
        func drawn(_ seed: String, _ arguments: [String] = []) throws -> String {
            try complete(["--temperature", "1.2", "--seed", seed, "--max-length", "12", "The boat"] + arguments).output
        }
        #expect(try drawn("1") == drawn("1"))
        #expect(try drawn("1") != drawn("2"))
        let greedy = try complete(["--max-length", "12", "The boat"]).output
        #expect(try drawn("2", ["--top-k", "1"]) == greedy)
        #expect(try complete(["--max-length", "12", "--temperature", "0", "The boat"]).output == greedy)
        let input = try expected().inputs[1]
        let whole = try objects(try complete(["--max-length", "20", "--format", "json", input]).output)[0]
        let stop = String(try whole.string("output").unicodeScalars.dropFirst(2).prefix(2).map(Character.init))
        let stopped = try objects(
            try complete(["--max-length", "20", "--format", "json", "--stop", "nothing", "--stop", stop, input]).output)[
                0]
        #expect(try stopped.string("output").utf8.count < whole.string("output").utf8.count)
        #expect(try stopped.string("finish") == "stop")
    }

    /// Messages are gone on with as the folder's template has them, and one that it refuses is named.
    @Test func messagesAreAnswered() throws {
        let model = Fixtures.ownPath("text-llama")
        let chats = try JSONObject.read(model + "/expected.json").objects("chats")
        let lines = try chats.map { chat in
            var json = JSONWriter()
            json.object { json in
                if let messages = chat.value("messages") { json.write(messages, for: "messages") }
            }
            return String(decoding: try json.finish(path: ""), as: UTF8.self)
        }
        let input = folder.write("chats.jsonl", lines.joined(separator: "\n") + "\n{\"text\": \"She\"}\n")
        let outcome = try transformText([
            "complete", "--model", model, "--quiet", "--max-length", "12", "--format", "json", "--input", input,
        ])
        let refused = chats.filter { $0.contains("error") }
        #expect(outcome.code == (refused.isEmpty ? 0 : 1))
        for chat in refused { #expect(outcome.errors.contains(try chat.string("error"))) }
        let found = try objects(outcome.output)
        let answered = chats.filter { !$0.contains("error") }
        #expect(found.count == answered.count + 1 && found[found.count - 1].keys.first == "text")
        for (found, chat) in zip(found, answered) where chat.contains("reply") {
            #expect(found.keys.first == "messages")
            #expect(try found.string("output") == chat.string("reply"))
        }
    }

    /// What is too long is named, and the others are done.
    @Test func longTextsFailAlone() throws {
        let long = String(repeating: "lighthouse ", count: 80)
        let outcome = try complete(["--max-length", "3", "--format", "json", long, "She"])
        #expect(outcome.code == 1 && outcome.errors.contains("text 1"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(try objects(outcome.output).count == 1)
    }

    @Test(
        arguments: [
            (["--max-length", "0", "a"], 64), (["--temperature", "-1", "a"], 64), (["--top-p", "2", "a"], 64),
            (["--beam-size", "2", "--temperature", "1", "a"], 64), (["--stop", "", "a"], 64),
            (["--seed", "x", "a"], 64),
            ([], 64),
        ] as [([String], Int32)])
    func whatCannotBeDoneIsSaid(arguments: [String], code: Int32) throws {
        let outcome = try complete(arguments)
        #expect(outcome.code == code && outcome.isOneLineOfError, "\(outcome)")
    }

    @Test func otherModelsAreRefused() throws {
        let outcome = try transformText(["complete", "--model", Fixtures.ownPath("text-minilm"), "a"])
        #expect(outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.contains("gpt2"))
    }
}
