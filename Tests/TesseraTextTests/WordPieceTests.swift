import TesseraFiles
import TesseraText
import TestSupport
import Testing

@Suite struct WordPieceTests {
    /// Folders with a WordPiece vocabulary, and those inside them.
    static let folders = Fixtures.folders(with: "tokenizer.json", "tokenizer_cases.json") { path in
        (try? JSONObject.read(path + "/tokenizer.json").object("model")?.string("type")) == "WordPiece"
    }.flatMap { name in
        [name, name + "/cased"].filter { (try? InputFile(Fixtures.path($0 + "/tokenizer_cases.json"))) != nil }
    }

    @Test func thereAreFolders() {
        #expect(Self.folders.count >= 3)
    }

    /// Every character of Unicode is a space, a word of its own, left out, or a part of a word, as the reference has it.
    @Test func charactersAreTransformers() throws {
        let tokenizer = try WordPieceTokenizer(ModelFolder(Fixtures.ownPath("wordpiece")))
        let ids: [String: [Int32]] = ["together": [4, 6], "apart": [4, 5], "alone": [4, 1, 5]]
        var kinds: [UInt32: String] = [:]
        for range in try JSONObject.read(Fixtures.ownPath("wordpiece/characters.json")).objects("ranges") {
            let kind = try range.string("kind")
            for value in try range.integer("first", in: 0...0x10FFFF)...range.integer("last", in: 0...0x10FFFF) {
                kinds[UInt32(value)] = kind
            }
        }
        #expect(kinds.count > 20_000)
        let wrong = (0..<UInt32(0x110000)).filter { value in
            guard let scalar = Unicode.Scalar(value), kinds[value] != "letter" else { return false }
            let expected = kinds[value].flatMap { ids[$0] } ?? [1]
            return tokenizer.encode("a\(Character(scalar))b")?.ids.dropFirst().dropLast().elementsEqual(expected)
                != true
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0, radix: 16) })")
    }

    @Test(arguments: [("text-bert-classification", "uncased"), ("text-bert-classification/cased", "cased")])
    func randomTextsAreTransformers(model: String, cases: String) throws {
        let tokenizer = try WordPieceTokenizer(ModelFolder(Fixtures.ownPath(model)))
        let encodings = try JSONObject.read(Fixtures.ownPath("wordpiece/\(cases).json")).objects("encodings")
        #expect(encodings.count >= 400)
        for object in encodings {
            let expected = try Encoding(object)
            let found = try #require(tokenizer.encode(expected.text))
            #expect(found.ids == expected.ids, "\(expected.text.debugDescription)")
            #expect(found.offsets == (try offsets(object)), "\(expected.text.debugDescription)")
        }
    }

    /// A vocab.txt says as much as a tokenizer.json of its kind.
    @Test(arguments: folders)
    func vocabulariesOfLinesAreEnough(name: String) throws {
        let folder = TemporaryFolder()
        for file in ["vocab.txt", "tokenizer_config.json"] {
            folder.write(file, try InputFile(Fixtures.path("\(name)/\(file)")).contents(limit: 1 << 26))
        }
        let (lines, json) = (
            try WordPieceTokenizer(ModelFolder(folder.path)), try WordPieceTokenizer(ModelFolder(Fixtures.path(name)))
        )
        #expect(lines.tokenCount == json.tokenCount)
        for object in try objects(inList: Fixtures.path("\(name)/tokenizer_cases.json")) {
            let text = try object.string("text")
            #expect(lines.encode(text) == json.encode(text))
        }
    }

    @Test(arguments: [
        (#""type": "WordPiece""#, #""type": "Unigram""#, "type"),
        (#""type": "BertNormalizer""#, #""type": "Lowercase""#, "type"),
        (#""type": "BertPreTokenizer""#, #""type": "Metaspace""#, "type"),
        (#""type": "TemplateProcessing""#, #""type": "Template""#, "type"),
        (#""unk_token": "[UNK]""#, #""unk_token": "[HUH]""#, "unk_token"),
    ])
    func whatIsNotDoneIsRefused(known: String, unknown: String, place: String) throws {
        let folder = TemporaryFolder()
        let json = text(Fixtures.ownPath("text-distilbert/tokenizer.json")).replacing("\": ", with: "\":")
        let damaged = json.replacing(known.replacing("\": ", with: "\":"), with: unknown)
        #expect(damaged != json)
        folder.write("tokenizer.json", damaged)
        let error = #expect(throws: FileError.self) { try WordPieceTokenizer(ModelFolder(folder.path)) }
        #expect(error?.kind == .badData && error?.place?.hasSuffix(place) == true, "\(String(describing: error))")
    }

    @Test func tokensThatAreThereTwiceAreNamed() throws {
        let folder = TemporaryFolder()
        folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\na\n")
        let error = #expect(throws: FileError.self) { try WordPieceTokenizer(ModelFolder(folder.path)) }
        #expect(error?.cause == "the token 'a' is there twice" && error?.place == "line 7")
    }
}
