import TesseraFiles
import TesseraText
import TestSupport
import Testing

/// Marian's tokenizer against transformers'.
@Suite struct MarianTests {
    static let folders = Fixtures.models(ofTypes: ["marian"]).filter { name in
        (try? InputFile(Fixtures.path(name + "/tokenizer_cases.json"))) != nil
    }

    private struct Case {
        let text: String
        let ids: [Int32]
        let decoded: String
    }

    private static func cases(_ name: String) throws -> [Case] {
        let path = Fixtures.path(name + "/tokenizer_cases.json")
        let list = #"{"cases": \#(try String(decoding: InputFile(path).contents(limit: 1 << 24), as: UTF8.self))}"#
        return try JSONObject(bytes: Array(list.utf8), path: path).objects("cases").map {
            Case(
                text: try $0.string("text"), ids: try #require(try $0.numbers("ids")).map(Int32.init),
                decoded: try $0.string("decoded_plain"))
        }
    }

    @Test func thereAreFolders() { #expect(!Self.folders.isEmpty) }

    @Test(arguments: folders)
    func tokensEqualTheReference(name: String) throws {
        let tokenizer = try MarianTokenizer(ModelFolder(Fixtures.path(name)))
        let cases = try Self.cases(name)
        #expect(cases.count >= 10)
        for test in cases {
            #expect(tokenizer.encode(test.text)?.ids == test.ids, "\(test.text)")
            #expect(tokenizer.decode(test.ids) == test.decoded, "\(test.text)")
        }
    }

    @Test(arguments: folders)
    func endsAreLeftOut(name: String) throws {
        let tokenizer = try MarianTokenizer(ModelFolder(Fixtures.path(name)))
        let whole = try #require(tokenizer.encode("The lighthouse keeper counts the ships"))
        let cut = try #require(tokenizer.encode("The lighthouse keeper counts the ships", limit: 4))
        #expect(!whole.isTruncated && cut.isTruncated)
        #expect(cut.ids == whole.ids.prefix(3) + whole.ids.suffix(1))
    }

    /// A mark at the beginning is one token; what looks like one elsewhere is left out, as the reference has it.
    @Test(arguments: folders)
    func languagesAreMarks(name: String) throws {
        let tokenizer = try MarianTokenizer(ModelFolder(Fixtures.path(name)))
        let mark = try #require(tokenizer.languageMarks.first)
        let plain = try #require(tokenizer.encode("Two ships")).ids
        #expect(tokenizer.encode(mark + " Two ships")?.ids.dropFirst() == plain[...])
        #expect(tokenizer.encode("Two \(mark) ships")?.ids == plain)
        #expect(tokenizer.encode("Two >><< ships")?.ids != plain)
    }

    @Test(arguments: [
        ("tokenizer_config.json", #"{"separate_vocabs": true}"#, "separate_vocabs"),
        ("vocab.json", #"{"a": 0}"#, "no token"), ("source.spm", "", "source.spm"),
        ("target.spm", "\u{0}", "target.spm"),
    ])
    func whatIsWrongIsNamed(file: String, contents: String, cause: String) throws {
        let name = try #require(Self.folders.first)
        let copy = try TemporaryFolder(copying: name)
        _ = copy.write(file, contents)
        let error = try #require(throws: FileError.self) { try MarianTokenizer(ModelFolder(copy.path)) }
        #expect(error.description.contains(cause), "\(error)")
    }
}
