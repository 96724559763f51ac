import TesseraFiles
import TestSupport
import Testing

/// `transform-text tag`, `fill` and `answer`, run as a user runs them.
@Suite struct TokenTests {
    private func objects(_ json: String) throws -> [JSONObject] {
        try JSONObject(bytes: Array(#"{"list": \#(json)}"#.utf8), path: "standard output").objects("list")
    }

    /// Places count Unicode scalars, and the text that stands there is said.
    @Test func entitiesAreSaid() throws {
        let text = "😀 Anna Kowalska moved to Gdańsk."
        let arguments = ["tag", "--model", Fixtures.ownPath("text-bert-tokens"), text]
        let outcome = try transformText(arguments + ["--format", "json", "--grouping", "first"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let entities = try objects(outcome.output)[0].objects("entities")
        #expect(!entities.isEmpty)
        let scalars = Array(text.unicodeScalars)
        for entity in entities {
            #expect(entity.keys == ["label", "score", "start", "end", "text"])
            let (start, end) = (try entity.integer("start", in: 0...100), try entity.integer("end", in: 0...100))
            #expect(Array(try entity.string("text").unicodeScalars) == Array(scalars[start..<end]))
        }
        let line = try transformText(arguments + ["--grouping", "first"]).output
        #expect(
            line.hasPrefix(try entities[0].string("text") + " " + entities[0].string("label"))
                && line.hasSuffix(text + "\n"))
        #expect(try transformText(arguments + ["--grouping", "some"]).code == 64)
    }

    /// A text without a mask has failed, and the others are done.
    @Test func masksAreFilled() throws {
        let arguments = ["fill", "--model", Fixtures.ownPath("text-bert-mask"), "--top-k", "2"]
        let outcome = try transformText(arguments + ["--format", "json", "The [MASK] counts [MASK].", "nothing"])
        #expect(outcome.code == 1 && outcome.errors == "text 2: has no [MASK]\n", "\(outcome)")
        guard case .array(let masks)? = try objects(outcome.output)[0].value("masks") else { throw Missing() }
        #expect(masks.count == 2)
        guard case .array(let words) = masks[0], case .object(let members) = words[0] else { throw Missing() }
        #expect(words.count == 2 && members.map(\.name) == ["token", "id", "score"])
        let line = try transformText(arguments + ["The [MASK] counts [MASK]."]).output
        #expect(line.split(separator: ";").count == 2 && line.hasSuffix("  The [MASK] counts [MASK].\n"))
    }

    /// A text for all questions, or one with each.
    @Test func questionsAreAnswered() throws {
        let folder = TemporaryFolder()
        let (question, context) = (
            "Who counts the ships?", "The lighthouse keeper counts the ships 😀 before breakfast."
        )
        let file = folder.write("context.txt", context)
        let lines = folder.write("questions.jsonl", #"{"question": "\#(question)", "context": "\#(context)"}"# + "\n")
        let model = ["answer", "--model", Fixtures.ownPath("text-bert-qa"), "--format", "json", "--top-k", "3"]
        let expected = try transformText(model + ["--context", context, question])
        #expect(expected.code == 0 && expected.errors.isEmpty, "\(expected)")
        #expect(try transformText(model + ["--context-file", file, question]).output == expected.output)
        #expect(try transformText(model + ["--input", lines]).output == expected.output)
        let found = try objects(expected.output)[0]
        #expect(found.keys == ["question", "context", "answers"])
        let answers = try found.objects("answers")
        #expect(answers.count == 3)
        let scalars = Array(context.unicodeScalars)
        for answer in answers {
            #expect(answer.keys == ["answer", "score", "start", "end"])
            let (start, end) = (try answer.integer("start", in: 0...100), try answer.integer("end", in: 0...100))
            #expect(Array(try answer.string("answer").unicodeScalars) == Array(scalars[start..<end]))
        }
        #expect(try transformText(model + [question]).code == 64)
        #expect(try transformText(model + ["--context", context, "--input", lines]).code == 64)
        #expect(try transformText(model + ["--context-file", folder.file("none"), question]).code == 66)
        let without = folder.write("without.jsonl", #"{"question": "Who?"}"#)
        #expect(try transformText(model + ["--input", without]).code == 65)
    }

    private struct Missing: Error {}
}
