import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TestSupport
import Testing

/// Entities against transformers' token-classification pipeline.
@Suite struct TextTaggerTests {
    static let folders = Fixtures.models(ofTypes: TextTagger.supportedModelTypes).filter { name in
        (try? JSONObject.read(Fixtures.path(name + "/config.json")).architectures.contains {
            $0.hasSuffix("ForTokenClassification")
        }) == true && (try? InputFile(Fixtures.path(name + "/expected.json"))) != nil
    }

    @Test func thereAreFolders() {
        #expect(!Self.folders.isEmpty)
    }

    /// Labels and places exactly, scores within 5e-5, for each way to group, short texts and those that are read in windows.
    @Test(arguments: folders)
    func entitiesEqualTheReference(name: String) throws {
        let tagger = try TextTagger(folder: Fixtures.path(name))
        let cases = try JSONObject.read(Fixtures.path(name + "/expected.json")).objects("cases")
        #expect(cases.count >= 5)
        for object in cases {
            let options = try #require(try object.object("options"))
            let grouping = try #require(EntityGrouping(rawValue: options.string("aggregation_strategy")))
            let stride = options.contains("stride") ? try options.integer("stride", in: 0...10_000) : nil
            let text = try object.string("text")
            let found = try tagger.tag([text], grouping: grouping, stride: stride)[0]
            let expected = try object.objects("entities")
            #expect(found.count == expected.count, "\(grouping) \(text)")
            for (entity, expected) in zip(found, expected) {
                #expect(entity.label == (try expected.string(grouping == .none ? "entity" : "entity_group")))
                let range = try expected.integer("start", in: 0...1 << 20)..<expected.integer("end", in: 0...1 << 20)
                #expect(entity.range == range, "\(grouping) \(text)")
                #expect(abs(entity.score - Float(try expected.number("score", in: 0...1))) <= 5e-5)
                #expect(Array(entity.text.unicodeScalars) == Array(Array(text.unicodeScalars)[range]))
            }
        }
    }

    @Test func othersAreRefused() throws {
        let error = #expect(throws: FileError.self) { try TextTagger(folder: Fixtures.ownPath("text-minilm")) }
        #expect(error?.cause == "has no head that classifies tokens")
        let tagger = try TextTagger(folder: Fixtures.ownPath("text-bert-tokens"))
        #expect(throws: FileError.self) { try tagger.tag(["a"], tokenLimit: 2) }
        #expect(try tagger.tag([]).isEmpty && tagger.tag([""]) == [[]])
    }
}
