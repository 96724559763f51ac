import TesseraFiles
import TesseraText
import TestSupport
import Testing

/// Thousands of texts in many languages, with vocabularies of all kinds, against `tokenizers`.
@Suite struct PieceTokenizerTests {
    static let folder = Fixtures.ownPath("piece-tokenizers")
    static let names = (try? JSONObject.read(folder + "/checksums.json").keys) ?? []

    @Test func thereAreVocabularies() {
        #expect(Self.names.count >= 20)
    }

    /// Ids, places, words and texts of each line, and of seven others behind it.
    @Test(arguments: names)
    func textsAreTheSame(name: String) throws {
        let tokenizer = try PieceTokenizer(JSONObject.read(Fixtures.ownPath(name + "/tokenizer.json")))
        let lines = try texts(JSONObject.read(Self.folder + "/lines.json"), "lines")
        let sums = Array(try JSONObject.read(Self.folder + "/checksums.json").string(name).utf8)
        #expect(lines.count >= 500 && sums.count == 8 * lines.count)
        for (index, line) in lines.enumerated() {
            var sum = CyclicSum()
            for other in 0..<8 {
                let text = other == 0 ? line : line + lines[(index * other + other) % lines.count]
                try sum.add(#require(tokenizer.encode(text)), tokenizer)
            }
            let expected = String(decoding: sums[8 * index..<8 * index + 8], as: UTF8.self)
            #expect(sum.value == UInt32(expected, radix: 16), "\(index): \(line.debugDescription)")
        }
    }

    private func texts(_ object: JSONObject, _ key: String) throws -> [String] {
        guard case .array(let values)? = object.value(key) else { return [] }
        return try values.map { value in
            guard case .string(let text) = value else { throw object.error(key, "it holds something else") }
            return text
        }
    }

    @Test(arguments: [
        ("normalizer", #"{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Huh"}]}"#, "'Huh'"),
        ("normalizer", #"{"type": "Replace", "content": "x"}"#, "pattern"),
        ("normalizer", #"{"type": "Replace", "pattern": {"String": ""}, "content": "x"}"#, "empty"),
        ("normalizer", #"{"type": "Precompiled", "precompiled_charsmap": "*"}"#, "base64"),
        ("normalizer", #"{"type": "Precompiled", "precompiled_charsmap": "AAAA"}"#, "character map"),
        ("pre_tokenizer", #"{"type": "UnicodeScripts"}"#, "'UnicodeScripts'"),
        ("pre_tokenizer", #"{"type": "Metaspace", "prepend_scheme": "last"}"#, "prepend_scheme"),
        ("pre_tokenizer", #"{"type": "Metaspace", "replacement": " "}"#, "replacement"),
        ("pre_tokenizer", #"{"type": "Split", "pattern": {"String": "x"}, "behavior": "Moved"}"#, "'Moved'"),
        (
            "pre_tokenizer",
            #"{"type": "Split", "pattern": {"String": "x"}, "behavior": "MergedWithNext", "invert": true}"#, "invert"
        ),
        (
            "pre_tokenizer", #"{"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}, {"type": "Digits"}]}"#,
            "'Digits'"
        ),
        ("post_processor", #"{"type": "Huh"}"#, "'Huh'"),
        ("post_processor", #"{"type": "RobertaProcessing", "sep": ["x", 0], "cls": ["a", 0]}"#, "sep"),
        (
            "post_processor",
            #"{"type": "Sequence", "processors": [{"type": "BertProcessing", "sep": ["a", 0], "cls": ["a", 0]}, "#
                + #"{"type": "BertProcessing", "sep": ["a", 0], "cls": ["a", 0]}]}"#, "behind another"
        ),
        ("decoder", #"{"type": "CTC"}"#, "'CTC'"), ("decoder", #"{"type": "Strip", "content": "xx"}"#, "content"),
        ("decoder", #"{"type": "BPEDecoder", "suffix": ""}"#, "suffix"),
        ("model", #"{"type": "WordLevel", "vocab": {}}"#, "'WordLevel'"),
        ("model", #"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}"#, "dropout"),
        ("model", #"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "x"}"#, "unk_token"),
        ("model", #"{"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}"#, "'ab'"),
        (
            "model",
            #"{"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"], "continuing_subword_prefix": "@@"}"#, "'b'"
        ),
        ("model", #"{"type": "Unigram", "vocab": [["a", 0]]}"#, "unk_id"),
        ("model", #"{"type": "Unigram", "vocab": [["a", 0]], "unk_id": 1}"#, "unk_id"),
        ("model", #"{"type": "Unigram", "vocab": [], "unk_id": 0}"#, "empty"),
        ("model", #"{"type": "Unigram", "vocab": [["a", 0], ["a", 1]], "unk_id": 0}"#, "'a' twice"),
        ("model", #"{"type": "Unigram", "vocab": [["a"]], "unk_id": 0}"#, "vocab[0]"),
    ])
    func whatIsNotDoneIsRefusedByName(key: String, value: String, cause: String) throws {
        let model = #""model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}"#
        let text = key == "model" ? #"{"model": \#(value)}"# : #"{\#(model), "\#(key)": \#(value)}"#
        let error = try #require(throws: FileError.self) {
            try PieceTokenizer(JSONObject(bytes: Array(text.utf8), path: "t.json"))
        }
        #expect(error.kind == .badData && error.description.contains(cause), "\(error)")
    }

    /// Long words fall into parts where no merge can join them; where merges come before those that make their parts, they do not.
    @Test(arguments: [
        (#"["a b", "ab c"]"#, 3), (#"["ab c", "a b"]"#, 3), (#"["b c", "a bc", "a b"]"#, 3), (#"["a b"]"#, 4),
    ])
    func longWordsAreMergedWhole(merges: String, count: Int) throws {
        let vocabulary = #"{"a": 0, "b": 1, "c": 2, "x": 3, "ab": 4, "bc": 5, "abc": 6}"#
        let text = #"{"model": {"type": "BPE", "vocab": \#(vocabulary), "merges": \#(merges)}}"#
        let tokenizer = try PieceTokenizer(JSONObject(bytes: Array(text.utf8), path: "t.json"))
        let word = "xabcx"
        #expect(tokenizer.encodeBare(word).count == count)
        let long = String(repeating: word, count: 40)
        let (parts, whole) = (tokenizer.encodeBare(word).ids, tokenizer.encodeBare(long).ids)
        #expect(whole == (0..<40).flatMap { _ in parts })
    }

    /// No file makes a text grow beyond all bounds, step by step.
    @Test func textsGrowByLittle() throws {
        let step = #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaa"}"#
        let steps = [String](repeating: step, count: 6).joined(separator: ", ")
        let model = #""model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}"#
        let text = #"{\#(model), "normalizer": {"type": "Sequence", "normalizers": [\#(steps)]}}"#
        let error = #expect(throws: FileError.self) {
            try PieceTokenizer(JSONObject(bytes: Array(text.utf8), path: "t.json"))
        }
        #expect(error?.cause.contains("times as long") == true)
    }

    /// A vocabulary that is made of its own files needs a name for what is done around it.
    @Test(arguments: [
        (#"{"tokenizer_class": "XLNetTokenizer"}"#, "'XLNetTokenizer'"),
        (#"{"auto_map": {"AutoTokenizer": ["code.T", null]}}"#, "code of its own"),
    ])
    func classesAreKnownOrRefused(settings: String, cause: String) throws {
        let folder = TemporaryFolder()
        folder.write("vocab.json", #"{"a": 0, "<s>": 1, "</s>": 2}"#)
        folder.write("merges.txt", "")
        folder.write("tokenizer_config.json", settings)
        let error = try #require(throws: FileError.self) { try ModelFolder(folder.path).textTokenizer() }
        #expect(error.kind == .badData && error.cause.contains(cause), "\(error)")
        folder.write("tokenizer_config.json", "{}")
        folder.write("config.json", #"{"model_type": "roberta"}"#)
        #expect(try ModelFolder(folder.path).textTokenizer().encode("a a")?.ids == [1, 0, 0, 2])
        let empty = TemporaryFolder()
        #expect(
            try #require(throws: FileError.self) { try ModelFolder(empty.path).textTokenizer() }.kind == .unreadable)
    }
}

/// CRC-32 of what a tokenizer makes of texts, as the script of the fixtures puts it together.
private struct CyclicSum {
    private(set) var value: UInt32 = 0
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }

    mutating func add(_ encoded: EncodedText, _ tokenizer: PieceTokenizer) {
        for index in encoded.ids.indices {
            add(encoded.ids[index])
            add(Int32(encoded.offsets[index].lowerBound))
            add(Int32(encoded.offsets[index].upperBound))
            add(Int32(encoded.words[index] ?? -1))
        }
        for skips in [false, true] {
            add(Array(tokenizer.decode(encoded.ids, skippingSpecialTokens: skips).utf8) + [0])
        }
    }

    private mutating func add(_ number: Int32) {
        let bits = UInt32(bitPattern: number)
        add((0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    }

    private mutating func add(_ bytes: [UInt8]) {
        value = ~bytes.reduce(~value) { $0 >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
}
