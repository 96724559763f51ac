import TesseraFiles
import TestSupport
import Testing

/// `transform-text tag` and `fill`, run as a user runs them.
@Suite struct TagAndFillTests {
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

    private struct Missing: Error {}
}
