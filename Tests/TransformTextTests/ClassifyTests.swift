import TesseraFiles
import TestSupport
import Testing

/// Runs transform-text to its end.
func transformText(
    _ arguments: [String], input: String = "/dev/null", to output: RunningCommand.Output = .collected
) throws -> Outcome {
    try RunningCommand("transform-text", arguments, input: input, to: output).outcome()
}

/// `transform-text classify`, run as a user runs it.
@Suite struct ClassifyTests {
    private static let model = Fixtures.ownPath("text-bert-classification")
    private let folder = TemporaryFolder()

    private func classify(_ arguments: String..., input: String = "/dev/null") throws -> Outcome {
        try transformText(["classify", "--model", Self.model] + arguments, input: input)
    }

    private func objects(_ json: String) throws -> [JSONObject] {
        try JSONObject(bytes: Array(#"{"list": \#(json)}"#.utf8), path: "standard output").objects("list")
    }

    /// Arguments, lines and JSON Lines say the same, in the texts' order.
    @Test func textsComeFromAnywhere() throws {
        let texts = ["A quiet, beautiful film 😀", "", "Nobody knows.", "a b c d e f g h i j k l m n o p"]
        let lines = folder.write("texts.txt", texts.map { $0 + "\r\n" }.joined())
        var json = JSONWriter()
        let objects = try texts.map { text in
            json.object { $0.write(text, for: "text") }
            return String(decoding: try json.finish(path: ""), as: UTF8.self)
        }
        let jsonLines = folder.write("texts.jsonl", objects.joined(separator: "\n\n"))
        let expected = try classify("--format", "json", texts[0], texts[1], texts[2], texts[3])
        #expect(expected.code == 0 && expected.errors.isEmpty)
        for arguments in [["--file", lines], ["--input", jsonLines]] {
            let outcome = try transformText(["classify", "--model", Self.model, "--format", "json"] + arguments)
            #expect(outcome.code == 0 && outcome.output == expected.output)
        }
        // Alone a text gets the same to the order of sums.
        let alone = try self.objects(classify("--format", "json", "--input", jsonLines, "--batch-size", "1").output)
        for (one, other) in zip(alone, try self.objects(expected.output)) {
            let (one, other) = (try one.objects("predictions"), try other.objects("predictions"))
            #expect(try one.map { try $0.string("label") } == other.map { try $0.string("label") })
            for (one, other) in zip(one, other) {
                #expect(try abs(one.number("score", in: 0...1) - other.number("score", in: 0...1)) <= 1e-6)
            }
        }
        let piped = try classify("--format", "json", "--file", "-", input: lines)
        #expect(piped.output == expected.output)
        let found = try self.objects(expected.output)
        #expect(try found.map { try $0.string("text") } == texts)
        let predictions = try found[0].objects("predictions")
        #expect(predictions.count == 5)
        let scores = try predictions.map { try $0.number("score", in: 0...1) }
        #expect(scores == scores.sorted(by: >))
        #expect(predictions[0].keys == ["label", "index", "score", "logit"])
    }

    @Test func formatsAgree() throws {
        let texts = ["A quiet film", "two\nlines"]
        let array = try objects(try classify("--format", "json", "--top-k", "2", texts[0], texts[1]).output)
        let lines = try classify("--format", "jsonl", "--top-k", "2", texts[0], texts[1]).output
        let text = try classify("--top-k", "2", texts[0], texts[1]).output.split(separator: "\n")
        #expect(lines.split(separator: "\n").count == 2 && text.count == 2 && array.count == 2)
        for (line, object) in zip(text, array) {
            let best = try #require(try object.objects("predictions").first)
            #expect(line.hasPrefix(try best.string("label")))
        }
        #expect(text[0].hasSuffix("  A quiet film"))
    }

    /// Pairs are judged together, and named in the result.
    @Test func pairsAreRead() throws {
        let input = folder.write(
            "pairs.jsonl", #"{"text": "Snow melts.", "pair": "It is warm."}"# + "\n" + #"{"text": "Snow melts."}"#)
        let found = try objects(try classify("--format", "json", "--input", input).output)
        #expect(try found[0].string("pair") == "It is warm." && !found[1].contains("pair"))
        #expect(
            try found[0].objects("predictions")[0].number("logit", in: -100...100)
                != found[1].objects("predictions")[0].number("logit", in: -100...100))
    }

    @Test func longTextsAreToldOf() throws {
        let outcome = try classify(String(repeating: "a ", count: 100), "short")
        #expect(outcome.code == 0 && outcome.errors.contains("1 text was longer than 64 tokens"))
        let shorter = try classify("--max-length", "3", "two words", "two words")
        #expect(shorter.errors.contains("2 texts were longer than 3 tokens"))
        #expect(try classify("--quiet", String(repeating: "a ", count: 100)).errors.isEmpty)
    }

    @Test(
        arguments: [
            ([], 64), (["tag", "a"], 64), (["classify", "--model", "m"], 64),
            (["classify", "--model", "m", "--file", "f", "a"], 64),
            (["classify", "--model", "m", "--top-k", "0", "a"], 64),
            (["classify", "--model", "m", "--batch-size", "0", "a"], 64),
            (["classify", "--model", "m", "--max-length", "2", "a"], 64),
            (["classify", "--model", "/nowhere", "a"], 66),
            (["classify", "--model", Self.model, "--file", "/nowhere"], 66),
            (["classify", "--model", Fixtures.ownPath("text-minilm"), "a"], 65),
            (["classify", "--model", Fixtures.ownPath("vit"), "a"], 65),
        ] as [([String], Int32)])
    func whatCannotBeDoneIsSaid(arguments: [String], code: Int32) throws {
        let outcome = try transformText(arguments)
        #expect(outcome.code == code && outcome.isOneLineOfError, "\(outcome)")
    }

    /// Lines that hold no text are named; the others are done.
    @Test func someMayFail() throws {
        let input = folder.write(
            "texts.jsonl", #"{"text": "a"}"# + "\n{\n" + #"{"pair": "b"}"# + "\n" + #"{"text": "c"}"# + "\n")
        let outcome = try classify("--format", "jsonl", "--input", input)
        #expect(outcome.code == 1 && outcome.output.split(separator: "\n").count == 2)
        #expect(outcome.errors.contains("line 2") && outcome.errors.contains("line 3"))
        let lines = folder.write("texts.txt", Array("a\n".utf8) + [0xFF, 0x0A])
        let bytes = try classify("--file", lines)
        #expect(bytes.code == 1 && bytes.errors.contains("is not UTF-8 (line 2)"))
        let none = try classify("--input", folder.write("none.jsonl", "[]\n"))
        #expect(none.code == 65 && none.output.isEmpty)
    }
}
