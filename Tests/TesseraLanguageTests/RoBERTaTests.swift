import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TestSupport
import Testing

/// RoBERTa and XLM-RoBERTa with heads that text-roberta has not, against transformers' pipelines.
@Suite struct RoBERTaTests {
    private func path(_ name: String) -> String { Fixtures.ownPath("roberta-heads/" + name) }

    /// Labels and places exactly, scores within 5e-5; a padding token in the text counts for no position.
    @Test(arguments: ["tagger", "xlm-tagger"])
    func entitiesEqualTheReference(name: String) throws {
        let tagger = try TextTagger(folder: path(name))
        let cases = try JSONObject.read(path(name) + "/expected.json").objects("cases")
        #expect(cases.count >= 15)
        for object in cases {
            let grouping = try #require(EntityGrouping(rawValue: object.string("grouping")))
            let text = try object.string("text")
            let found = try tagger.tag([text], grouping: grouping)[0]
            let expected = try object.objects("entities")
            #expect(found.count == expected.count, "\(grouping) \(text)")
            for (entity, expected) in zip(found, expected) {
                #expect(entity.label == (try expected.string("entity")), "\(grouping) \(text)")
                let start = try expected.integer("start", in: 0...1000)
                #expect(entity.range == start..<(try expected.integer("end", in: start...1000)), "\(grouping) \(text)")
                #expect(abs(entity.score - Float(try expected.number("score", in: 0...1))) <= 5e-5)
            }
        }
    }

    @Test func wordsEqualTheReference() throws {
        let filler = try MaskedWordFiller(folder: path("words"))
        #expect(filler.mask == "<mask>")
        for object in try JSONObject.read(path("words") + "/expected.json").objects("cases") {
            let found = try filler.fill([object.string("text")])[0].masks[0]
            let expected = try object.objects("words")
            #expect(found.count == expected.count && expected.count == 5)
            for (word, expected) in zip(found, expected) {
                #expect(word.id == Int32(try expected.integer("id", in: 0...1 << 24)))
                #expect(word.token == (try expected.string("token")))
                #expect(abs(word.score - Float(try expected.number("score", in: 0...1))) <= 5e-5)
            }
        }
    }

    /// Positions begin behind the padding token's: a table that has none left is refused.
    @Test(arguments: [
        ("\"pad_token_id\": 1", "\"pad_token_id\": 61"), ("\"is_decoder\": false", "\"is_decoder\": true"),
    ])
    func whatIsNotDoneIsRefused(known: String, unknown: String) throws {
        let folder = try TemporaryFolder(copying: "roberta-heads/words")
        let config = text(folder.file("config.json"))
        #expect(config.contains(known))
        folder.write("config.json", config.replacing(known, with: unknown))
        let error = #expect(throws: FileError.self) { try MaskedWordFiller(folder: folder.path) }
        #expect(error?.kind == .badData && unknown.contains(error?.place ?? "-"), "\(String(describing: error))")
    }
}
