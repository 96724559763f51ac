import TesseraFiles
import TestSupport
import Testing

/// `transform-text translate`, run as a user runs it.
@Suite struct TranslateTests {
    private static let model = Fixtures.ownPath("text-marian")
    private let folder = TemporaryFolder()

    private func translate(_ arguments: String...) throws -> Outcome {
        try transformText(["translate", "--model", Self.model] + arguments)
    }

    private func objects(_ json: String) throws -> [JSONObject] {
        try JSONObject(bytes: Array(#"{"list": \#(json)}"#.utf8), path: "standard output").objects("list")
    }

    /// What the folder says holds unless an option does, and text, JSON and the reference say the same.
    @Test func optionsGoBeforeTheFolder() throws {
        let expected = try JSONObject.read(Self.model + "/expected.json")
        guard case .array(let inputs)? = expected.value("inputs") else { throw expected.error("inputs", "a list") }
        let texts = inputs.compactMap { if case .string(let text) = $0 { text } else { nil } }
        let lines = folder.write(
            "texts.jsonl",
            try texts.map { text in
                var json = JSONWriter()
                json.object { $0.write(text, for: "text") }
                return String(decoding: try json.finish(path: ""), as: UTF8.self)
            }.joined(separator: "\n"))
        for (run, arguments) in [(0, ["--beam-size", "1"]), (1, [])] {
            let outputs = try expected.objects("generations")[run].objects("outputs")
            let outcome = try transformText(
                ["translate", "--model", Self.model, "--input", lines, "--format", "json", "--quiet"] + arguments)
            let found = try objects(outcome.output)
            #expect(found.count == texts.count)
            for (index, (found, output)) in zip(found, outputs).enumerated() {
                #expect(found.keys == ["text", "output", "tokens"])
                #expect(try found.string("text") == texts[index])
                #expect(try found.string("output") == output.string("text"))
                #expect(try found.numbers("tokens")?[...] == output.numbers("ids")?.dropFirst())
            }
            let plain = try transformText(
                ["translate", "--model", Self.model, "--input", lines, "--quiet"] + arguments)
            #expect(plain.output.split(separator: "\n").count == texts.count)
        }
    }

    @Test func languagesAreAsked() throws {
        let marked = try translate("--quiet", ">>deu<< Two ships")
        #expect(try translate("--quiet", "--to", "deu", "Two ships").output == marked.output)
        let open = try translate("Two ships")
        #expect(open.code == 0 && open.errors.contains("--to does not say which language to write: the model knows"))
        #expect(try translate("--to", "deu", "Two ships").errors.isEmpty)
        let unknown = try translate("--to", "xx", "Two ships")
        #expect(unknown.code == 65 && unknown.errors.contains("deu") && unknown.isOneLineOfError)
    }

    @Test func lengthsAreKept() throws {
        let short = try translate("--max-length", "5", "--format", "json", "Two ships sail at dawn")
        #expect(try objects(short.output)[0].numbers("tokens")?.count == 4)
        let long = try translate(
            "--min-length", "12", "--max-length", "12", "--beam-size", "2", "--format", "json", "Two ships")
        #expect(try objects(long.output)[0].numbers("tokens")?.count == 11)
    }

    @Test(
        arguments: [
            (["--beam-size", "0", "a"], 64), (["--length-penalty", "x", "a"], 64), ([], 64),
            (["--model", Fixtures.ownPath("text-minilm"), "a"], 65),
        ] as [([String], Int32)])
    func whatCannotBeDoneIsSaid(arguments: [String], code: Int32) throws {
        let outcome = try transformText(
            ["translate"] + (arguments.contains("--model") ? [] : ["--model", Self.model]) + arguments)
        #expect(outcome.code == code && outcome.isOneLineOfError, "\(outcome)")
    }
}
