import TesseraFiles
import TesseraText
import TestSupport
import Testing

@Suite struct SentencePieceRefusalTests {
    private let folder = TemporaryFolder()

    private func load(_ model: [UInt8]) throws(FileError) -> SentencePieceTokenizer {
        folder.write("sentencepiece.bpe.model", model)
        folder.write("vocab.json", #"{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4}"#)
        return try SentencePieceTokenizer(ModelFolder(folder.path))
    }

    /// A field of a message whose value is a number, or other bytes.
    private static func field(_ number: UInt8, _ value: UInt8) -> [UInt8] { [number << 3, value] }
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count & 0x7F | 0x80), UInt8(bytes.count >> 7)] + bytes
    }
    private static func piece(_ text: String, type: UInt8 = 1) -> [UInt8] {
        field(1, field(1, Array(text.utf8)) + field(3, type))
    }
    private static let unknown = piece("<unk>", type: 2)
    /// A map whose trie is one empty unit.
    private static func map(_ size: [UInt8], _ rest: [UInt8]) -> [UInt8] { field(3, field(2, size + rest)) }
    private static let notANumber = field(1, field(1, [97]) + [0x15, 0, 0, 0xC0, 0x7F])

    static let broken: [([UInt8], String)] = [
        ([], "one piece for the unknown"), (piece("a"), "one piece for the unknown"),
        (unknown + unknown, "one piece for the unknown"), (unknown + piece("a") + piece("a"), "'a' twice"),
        (unknown + piece(""), "the piece 1 has 0 bytes"), (unknown + field(1, field(1, [0xFF])), "not UTF-8"),
        (unknown + piece("a", type: 9), "type 9"), (unknown + notANumber, "score"),
        (field(1, 5), "not a SentencePiece"),
        (unknown + field(2, field(3, 2)), "a BPE model"), (unknown + field(2, [0x98, 2, 1]), "each of the 256"),
        (unknown + map([4, 0, 0, 0], [0, 0, 0, 0]), "character map"),
        (unknown + map([4, 0, 0, 0], []), "character map"),
        (unknown + map([3, 0, 0, 0], [0, 0, 0, 0, 0]), "character map"),
        (unknown + map([255, 255, 255, 255], [0, 0, 0, 0, 0]), "character map"),
        (unknown + map([4, 0, 0, 0], [0, 0, 0, 0, 97]), "does not end"),
        (unknown + map([4, 0, 0, 0], [0, 0, 0, 0, 0xC3, 0]), "not UTF-8"),
        (unknown + field(5, field(2, [1])), "decoded"), ([0x0A, 200, 1, 0], "passes its end"), ([0x0B], "unknown kind"),
        ([0x0A], "ends inside"), ([0x00], "valid number"), ([UInt8](repeating: 0xFF, count: 12), "64 bits"),
        (Array("version https://git-lfs.github.com/spec/v1".utf8), "Git LFS"),
    ]

    @Test("Damaged models are refused by what is wrong with them", arguments: broken)
    func refuses(model: [UInt8], cause: String) throws {
        let error = try #require(throws: FileError.self) { try load(model) }
        #expect(error.kind == .badData && error.path == folder.file("sentencepiece.bpe.model"))
        #expect(error.description.contains(cause), "\(error)")
    }

    @Test("The least of models is accepted, an empty map and unknown fields included")
    func accepts() throws {
        let rest = Self.map([4, 0, 0, 0], [0, 0, 0, 0, 0]) + Self.field(9, 1)
        let tokenizer = try load(Self.unknown + Self.piece("a") + Self.piece("\u{2581}") + rest)
        #expect(tokenizer.encode("a b") == [3, 4, 3, 3])
        #expect(tokenizer.decode([4, 4, 3, 2]) == "aa")
    }

    @Test("A character map is followed, but not where it would cut a character in two")
    func cuttingMap() throws {
        // Units of a trie: each of these bytes is a sequence, whose replacement begins so far behind the trie.
        var units = [UInt32](repeating: 0, count: 256)
        for (byte, replacement) in [(0x61, 0), (0x62, 1), (0xC3, 3)] as [(UInt32, UInt32)] {
            units[Int(byte)] = 1 << 10 | 1 << 8 | byte
            units[Int(byte ^ 1)] = replacement
        }
        let trie = units.flatMap { unit in (0..<4).map { UInt8(truncatingIfNeeded: unit >> UInt32(8 * $0)) } }
        let map = Self.map([0, 4, 0, 0], trie + Array("é\0a\0".utf8))
        let tokenizer = try load(Self.unknown + Self.piece("a") + Self.piece("é") + map)
        #expect(tokenizer.encode("a") == [3, 3])
        #expect(tokenizer.encode("b") == [3] && tokenizer.encode("é") == [3, 3])
        #expect(tokenizer.encode("xé") == [3, 3])
    }

    @Test("A model that is cut or changed anywhere is refused, or encodes all the same", arguments: 0..<4)
    func changes(seed: Int) throws {
        let names = ["tokenizers/sentencepiece-bytes", "speech2text"]
        let whole = try InputFile(Fixtures.ownPath("\(names[seed % 2])/sentencepiece.bpe.model")).contents(
            limit: 1 << 20)
        var random = UInt64(seed) &* 7919 &+ 1
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        var refusals = 0
        for _ in 0..<60 {
            var model = whole
            if seed < 2 { model.removeLast(1 + next(whole.count)) }
            for _ in 0..<next(8) where !model.isEmpty { model[next(model.count)] = UInt8(next(256)) }
            do throws(FileError) {
                let tokenizer = try load(model)
                let ids = tokenizer.encode("The naïve ﬁne 東京 \u{FDFA} rain\u{3000}<sym> ½ ")
                #expect(ids.allSatisfy { (0..<Int32(tokenizer.count)).contains($0) })
            } catch {
                #expect(error.path == folder.file("sentencepiece.bpe.model"))
                refusals += 1
            }
        }
        #expect(refusals > 0)
    }
}
