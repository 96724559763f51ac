import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TestSupport
import Testing

/// Masked words against transformers' fill-mask pipeline.
@Suite struct MaskedWordFillerTests {
    static let folders = Fixtures.models(ofTypes: MaskedWordFiller.supportedModelTypes).filter { name in
        (try? JSONObject.read(Fixtures.path(name + "/config.json")).architectures.contains {
            $0.hasSuffix("ForMaskedLM")
        }) == true
            && (try? InputFile(Fixtures.path(name + "/expected.json"))) != nil
    }

    @Test func thereAreFolders() {
        #expect(!Self.folders.isEmpty)
    }

    /// Ids and words in their order, scores within 5e-5.
    @Test(arguments: folders)
    func wordsEqualTheReference(name: String) throws {
        let filler = try MaskedWordFiller(folder: Fixtures.path(name))
        let cases = try JSONObject.read(Fixtures.path(name + "/expected.json")).objects("cases")
        #expect(!cases.isEmpty)
        let results = try filler.fill(cases.map { try $0.string("text") })
        for (object, result) in zip(cases, results) {
            let expected = try masks(object)
            #expect(result.masks.count == expected.count && !result.isTruncated)
            for (found, expected) in zip(result.masks, expected) {
                #expect(found.count == expected.count)
                for (word, expected) in zip(found, expected) {
                    #expect(word.id == Int32(try expected.integer("token", in: 0...1 << 24)))
                    #expect(word.token == (try expected.string("token_str")))
                    #expect(abs(word.score - Float(try expected.number("score", in: 0...1))) <= 5e-5)
                }
            }
        }
    }

    /// A list of words, or a list of such lists where there are several masks.
    private func masks(_ object: JSONObject) throws -> [[JSONObject]] {
        guard case .array(let values)? = object.value("top"), case .array? = values.first else {
            return [try object.objects("top")]
        }
        return try values.map { value in
            try JSONObject(members: [JSONMember(name: "top", value: value)], path: object.path).objects("top")
        }
    }

    @Test func othersAreRefused() throws {
        let error = #expect(throws: FileError.self) { try MaskedWordFiller(folder: Fixtures.ownPath("text-minilm")) }
        #expect(error?.cause == "has no head for masked words")
        #expect(try MaskedWordFiller(folder: Fixtures.ownPath("text-bert-mask")).fill(["no mask"])[0].masks.isEmpty)
    }
}
