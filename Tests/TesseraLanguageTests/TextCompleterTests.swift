import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TesseraText
import TesseraTransformer
import TestSupport
import Testing

/// Completions against transformers' `generate`.
@Suite struct TextCompleterTests {
    static let folders = LanguageModelTests.folders.filter {
        (try? expected($0).objects("generations"))?.isEmpty == false
    }

    @Test func thereAreFolders() {
        #expect(Self.folders.count >= 4)
    }

    private static func expected(_ name: String) throws -> JSONObject {
        try JSONObject.read(Fixtures.path(name + "/expected.json"))
    }

    private static func inputs(_ name: String) throws -> [String] {
        guard case .array(let inputs)? = try expected(name).value("inputs") else { return [] }
        return inputs.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    private static func settings(_ options: JSONObject, _ folder: GenerationSettings) throws -> GenerationSettings {
        var settings = folder
        for key in options.keys {
            switch key {
            case "max_new_tokens": settings.maximumNewTokens = try options.integer(key, in: 1...1000)
            case "repetition_penalty": settings.repetitionPenalty = Float(try options.number(key, in: 0...10))
            case "no_repeat_ngram_size": settings.unrepeatedNGramSize = try options.integer(key, in: 0...10)
            case "num_beams": settings.beamCount = try options.integer(key, in: 1...10)
            default: throw options.error(key, "no test knows it")
            }
        }
        return settings
    }

    /// Ids and texts exactly, scores of beams within 5e-5.
    @Test(arguments: folders)
    func completionsAreTheReferences(name: String) throws {
        let completer = try TextCompleter(folder: Fixtures.path(name))
        let inputs = try Self.inputs(name)
        for run in try Self.expected(name).objects("generations") {
            let options = try #require(try run.object("options"))
            let settings = try Self.settings(options, completer.settings)
            let found = try completer.complete(inputs, settings: settings)
            let outputs = try run.objects("outputs")
            #expect(found.count == outputs.count && !found.isEmpty)
            for (completion, output) in zip(found, outputs) {
                let ids = try #require(try output.numbers("ids")).map { Int32($0) }
                #expect(completion.tokens == ids)
                #expect(completion.output == (try output.string("text")))
                #expect(completion.logProbabilities.count == ids.count)
                let isFull = ids.count == settings.maximumNewTokens && !settings.endTokens.contains(ids[ids.count - 1])
                #expect(completion.finish == (isFull ? .length : .stop))
                guard output.contains("score") else { continue }
                let score = try output.number("score", in: -1e6...0)
                #expect(abs(try #require(completion.score) - score) <= 5e-5 * max(1, -score))
            }
        }
    }

    /// A text alone, as it comes, has the completion that it has among others; its parts make the whole.
    @Test(arguments: folders)
    func textComesInParts(name: String) async throws {
        let completer = try TextCompleter(folder: Fixtures.path(name))
        var settings = completer.settings
        settings.maximumNewTokens = 20
        let inputs = try Self.inputs(name)
        for (input, whole) in zip(inputs, try completer.complete(inputs, settings: settings)) {
            var parts: [String] = []
            let completion = try completer.complete(completer.prompt(input), settings: settings) { parts.append($0) }
            #expect(parts.joined() == whole.output && parts.count > 1 && !parts.contains(""))
            #expect(completion.tokens == whole.tokens && completion.output == whole.output)
            var streamed = ""
            for try await part in completer.text(behind: input, settings: settings) { streamed += part }
            #expect(streamed == whole.output)
        }
    }

    /// Conversations become the reference's prompts, and have its replies; what a template refuses is refused in its words.
    @Test func conversationsAreTheReferences() throws {
        var (replies, refusals) = (0, 0)
        for name in Self.folders {
            let chats = try Self.expected(name).objects("chats")
            guard !chats.isEmpty else { continue }
            let completer = try TextCompleter(folder: Fixtures.path(name))
            for chat in chats {
                let messages = try chat.objects("messages").map {
                    ChatMessage(role: try $0.string("role"), content: try $0.string("content"))
                }
                guard !chat.contains("error") else {
                    let error = #expect(throws: FileError.self) { try completer.prompt(messages) }
                    #expect(try #require(error).cause == (try chat.string("error")))
                    refusals += 1
                    continue
                }
                let prompt = try completer.prompt(messages)
                #expect(prompt.text == (try chat.string("prompt")))
                #expect(prompt.tokens.map(Double.init) == (try chat.numbers("ids")))
                guard let reply = try chat.numbers("reply_ids") else { continue }
                var settings = completer.settings
                settings.maximumNewTokens = 12
                let found = try completer.complete([prompt], settings: settings)[0]
                #expect(found.tokens.map(Double.init) == reply)
                #expect(found.output == (try chat.string("reply")))
                replies += 1
            }
        }
        #expect(replies >= 4 && refusals >= 1)
        let without = try TextCompleter(folder: Fixtures.ownPath("text-gpt2-generation"))
        #expect(throws: FileError.self) { try without.prompt([ChatMessage(role: "user", content: "a")]) }
    }

    /// Log-probabilities within 5e-5 of the reference, relative to those above 1.
    @Test func perplexitiesAreTheReferences() throws {
        var count = 0
        for name in Self.folders {
            let cases = try Self.expected(name).objects("perplexity")
            guard !cases.isEmpty else { continue }
            let completer = try TextCompleter(folder: Fixtures.path(name))
            for test in cases {
                let score = try completer.scores(of: [try test.string("text")])[0]
                #expect(score.tokens.map(Double.init) == (try test.numbers("ids")))
                let expected = try #require(try test.numbers("log_probabilities"))
                #expect(score.logProbabilities.count == expected.count)
                for (a, b) in zip(score.logProbabilities, expected) { #expect(abs(Double(a) - b) <= 5e-5 * max(1, -b)) }
                let perplexity = try test.number("perplexity", in: 1...1e9)
                #expect(abs(try #require(score.perplexity) - perplexity) <= 1e-4 * perplexity)
                count += 1
            }
        }
        #expect(count >= 3)
    }

    /// What is longer than the model reads is scored in windows, the first of which sees what it sees alone.
    @Test func longTextsAreScoredInWindows() throws {
        let completer = try TextCompleter(folder: Fixtures.ownPath("text-gpt2-generation"))
        let word = "The lighthouse keeper counts the ships. "
        let long = try completer.scores(of: [String(repeating: word, count: 12)])[0]
        #expect(long.tokens.count > 2 * completer.contextLength)
        #expect(long.logProbabilities.count == long.tokens.count - 1)
        #expect(long.logProbabilities.allSatisfy { $0 <= 0 && $0.isFinite })
        let short = try completer.scores(of: [word])[0]
        #expect(short.tokens.count > 5)
        for index in 0..<short.tokens.count - 2 {
            #expect(abs(short.logProbabilities[index] - long.logProbabilities[index]) <= 1e-4)
        }
        #expect(try completer.scores(of: [""])[0].perplexity == nil)
    }

    /// A completion ends before a text that was named, and nothing of it is given out.
    @Test(arguments: folders)
    func stopTextsEnd(name: String) throws {
        let completer = try TextCompleter(folder: Fixtures.path(name))
        var settings = completer.settings
        settings.maximumNewTokens = 20
        let input = try Self.inputs(name)[1]
        let whole = try completer.complete([input], settings: settings)[0]
        let bytes = Array(whole.output.unicodeScalars.map(String.init))
        let stop = bytes[3..<5].joined()
        settings.stopTexts = ["never written", stop]
        var parts = ""
        let found = try completer.complete(completer.prompt(input), settings: settings) { parts += $0 }
        let end = try #require(whole.output.firstRange(of: stop))
        #expect(found.finish == .stop && found.output == String(whole.output[..<end.lowerBound]))
        #expect(parts == found.output && whole.tokens.starts(with: found.tokens))
        #expect(try completer.complete([input], settings: settings)[0] == found)
    }

    /// The same seed draws the same, whatever is completed beside; another one something else.
    @Test(arguments: folders)
    func seedsSayWhatIsDrawn(name: String) throws {
        let completer = try TextCompleter(folder: Fixtures.path(name))
        var settings = completer.settings
        (settings.isSampling, settings.maximumNewTokens, settings.seed) = (true, 12, 3)
        let inputs = try Self.inputs(name)
        let drawn = try completer.complete(inputs, settings: settings)
        #expect(try completer.complete(inputs, settings: settings).map(\.tokens) == drawn.map(\.tokens))
        let last = try completer.complete([completer.prompt(inputs[2])], settings: settings, countingFrom: 2)
        #expect(last[0].tokens == drawn[2].tokens)
        settings.seed = 4
        #expect(try completer.complete(inputs, settings: settings).map(\.tokens) != drawn.map(\.tokens))
        // So narrow a choice is none.
        (settings.sampling.topK, settings.seed) = (1, 5)
        let narrow = try completer.complete(inputs, settings: settings)
        settings.isSampling = false
        #expect(try completer.complete(inputs, settings: settings).map(\.tokens) == narrow.map(\.tokens))
    }

    /// Where the context is full, a completion ends; a text that fills it more than that is refused.
    @Test func theContextIsTheLimit() throws {
        let completer = try TextCompleter(folder: Fixtures.ownPath("text-gpt2-generation"))
        var settings = completer.settings
        (settings.maximumNewTokens, settings.endTokens) = (1000, [])
        let texts = ["The lighthouse keeper", "She", "The lighthouse keeper counts the ships"]
        for beams in [1, 2] {
            settings.beamCount = beams
            for (text, completion) in zip(texts, try completer.complete(texts, settings: settings)) {
                let prompt = try completer.prompt(text).tokens.count
                #expect(completion.tokens.count == completer.contextLength - prompt + 1)
                #expect(completion.finish == .length)
            }
        }
        #expect(throws: FileError.self) {
            try completer.complete([String(repeating: "lighthouse ", count: 60)], settings: settings)
        }
        settings.maximumNewTokens = 0
        settings.beamCount = 1
        let nothing = try completer.complete(["She"], settings: settings)[0]
        #expect(nothing.tokens.isEmpty && nothing.output.isEmpty && nothing.finish == .length)
    }

    /// GPT-2 begins texts that have no token with the one its folder names.
    @Test func emptyTextsAreCompleted() throws {
        let completer = try TextCompleter(folder: Fixtures.ownPath("text-gpt2-generation"))
        #expect(try completer.prompt("").tokens.count == 1)
        #expect(try !completer.complete([""])[0].tokens.isEmpty)
        #expect(try completer.complete([String]()).isEmpty)
    }
}
