import TesseraFiles
import TesseraText
import TestSupport
import Testing

@Suite struct TokenizerRefusalTests {
    private let folder = TemporaryFolder()

    static let files = [
        ("dup_ids", "model.vocab.b"), ("id_2e31", "2147483648"), ("ids_gap", "50000"), ("merge_one_part", "merges[0]"),
        ("merge_unknown", "'x'"), ("neg_id", "model.vocab.a"), ("no_model", "model"), ("regex_bomb", "(a+)+$"),
        ("type_unknown", "'Pickle'"), ("vocab_array", "model.vocab"),
    ]

    @Test("Damaged tokenizers are refused within two seconds, by what is wrong with them", arguments: files)
    func hostile(name: String, cause: String) throws {
        let path = Fixtures.ownPath("hostile/tokenizer/\(name).json")
        let (error, time) = try timed {
            try #require(throws: FileError.self) { try Tokenizer(JSONObject.read(path)) }
        }
        #expect(time < .seconds(2))
        #expect(error.kind == .badData && error.path == path)
        #expect(error.description.contains(cause), "\(error)")
    }

    static let model = #""model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]"#

    /// The beginning of a tokenizer whose words are cut by GPT-2's expression.
    static func split(_ behaviour: String = "Isolated") -> String {
        model
            + #"}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "\#(behaviour)", "#
            + #""pattern": {"Regex": "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"}}"#
    }

    @Test(
        "What cannot be honoured is refused by name",
        arguments: [
            (model + #", "byte_fallback": true}"#, "byte_fallback"), (model + #", "dropout": 0.1}"#, "dropout"),
            (model + #", "unk_token": "<unk>"}"#, "unk_token"), (model + #", "end_of_word_suffix": "</w>"}"#, "suffix"),
            (model + #"}, "normalizer": {"type": "NFC"}"#, "'NFC'"),
            (model + #"}, "decoder": {"type": "WordPiece"}"#, "'WordPiece'"),
            (model + #"}, "pre_tokenizer": {"type": "Metaspace"}"#, "'Metaspace'"),
            (model + #"}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits"}]}"#, "'Digits'"),
            (model + #"}, "added_tokens": [{"id": 0, "content": "x"}]"#, "'x' share the id 0"),
            (model + #"}, "added_tokens": [{"id": 3, "content": "a"}]"#, "'a' has the ids 0 and 3"),
            (model + #"}, "added_tokens": [{"id": 4, "content": "x"}]"#, "no token has the id 3"),
            (model + #"}, "added_tokens": [{"id": -1, "content": "x"}]"#, "added_tokens[0].id"),
            (model + #"}, "added_tokens": [{"id": 3}]"#, "added_tokens[0].content"),
            (model + #"}, "added_tokens": [3]"#, "added_tokens[0]"),
            (
                model + #"}, "added_tokens": [{"id": 3, "content": "\#(String(repeating: "x", count: 1025))"}]"#,
                "1024 bytes"
            ),
            (split() + #"]}"#, "no ByteLevel follows"),
            (split() + #", {"type": "ByteLevel", "add_prefix_space": true}]}"#, "add_prefix_space"),
            (split("Contiguous") + #", {"type": "ByteLevel"}]}"#, "'Contiguous' is not supported"),
            (#""model": {"vocab": {"a": 0}}"#, "merges"), (#""model": {"vocab": {"a": 0.5}, "merges": []}"#, "vocab.a"),
            (#""model": {"vocab": {"a": 0}, "merges": [["a"]]}"#, "merges[0]"),
            (#""model": {"vocab": {"a": 0}, "merges": [["a", "a"]]}"#, "'aa'"),
            (#""model": {"vocab": {"a": 0}, "merges": ["a a a"]}"#, "merges[0]"),
            (#""model": {"vocab": {"a": 0}, "merges": [7]}"#, "merges[0]"),
            (#""model": {"vocab": {"a": 0, "a": 1}, "merges": []}"#, "twice"),
        ])
    func refuses(members: String, cause: String) throws {
        let error = try #require(throws: FileError.self) {
            try Tokenizer(JSONObject(bytes: Array("{\(members)}".utf8), path: "t.json"))
        }
        #expect(error.kind == .badData && error.description.hasPrefix("t.json: "))
        #expect(error.description.contains(cause), "\(error)")
    }

    @Test("The same without what was wrong is accepted, an expression in a Split and an empty token included")
    func accepts() throws {
        let members =
            #"{"model": {"vocab": {"": 0, "a": 1, "b": 2, "ab": 4}, "merges": [["a", "b"]], "dropout": null}, "#
            + #""added_tokens": [{"id": 3, "content": "<x>", "special": true}], "normalizer": null, "pre_tokenizer": "#
            + #"{"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated", "invert": false, "#
            + #""pattern": {"Regex": "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"}}, "#
            + #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}}"#
        let tokenizer = try Tokenizer(JSONObject(bytes: Array(members.utf8), path: "t.json"))
        #expect(tokenizer.count == 5 && tokenizer.id(of: "") == 0)
        #expect(tokenizer.encode("aab<x>abc ab") == [1, 4, 3, 4, 4])
        #expect(tokenizer.decode([1, 0, 3, 4]) == "aab")
        #expect(tokenizer.decode([1, 0, 3, 4], skippingSpecialTokens: false) == "a<x>ab")
    }

    @Test(
        "Of vocab.json and merges.txt, the line is named that is wrong",
        arguments: [
            ("a b\nab\n", "line 2"), ("#version: 0.2\r\na b\r\na c\r\n", "line 3"), ("a b c", "line 1"),
            ("a ", "line 1"),
        ])
    func merges(text: String, place: String) throws {
        folder.write("vocab.json", #"{"a": 0, "b": 1, "ab": 2}"#)
        folder.write("merges.txt", text)
        let error = try #require(throws: FileError.self) { try Tokenizer(ModelFolder(folder.path)) }
        #expect(error.path == folder.file("merges.txt") && error.place == place, "\(error)")
    }

    @Test(
        "Tokens that tokenizer_config.json describes have an id that can be one", arguments: ["-1", "x", "4000000000"])
    func describedTokens(id: String) throws {
        folder.write("tokenizer.json", "{" + Self.model + "}}")
        folder.write("tokenizer_config.json", #"{"added_tokens_decoder": {"\#(id)": {"content": "<x>"}}}"#)
        let error = try #require(throws: FileError.self) { try Tokenizer(ModelFolder(folder.path)) }
        #expect(error.path == folder.file("tokenizer_config.json") && error.cause.contains("an id between"), "\(error)")
    }

    @Test("A folder without a vocabulary, or whose tokenizer is code of its own, is refused")
    func folders() throws {
        folder.write("vocab.json", #"{"a": 0}"#)
        #expect(try #require(throws: FileError.self) { try Tokenizer(ModelFolder(folder.path)) }.kind == .unreadable)
        folder.write("merges.txt", "")
        #expect(try Tokenizer(ModelFolder(folder.path)).count == 1)
        folder.write("tokenizer_config.json", #"{"auto_map": {"AutoTokenizer": ["code.T", null]}}"#)
        let error = try #require(throws: FileError.self) { try Tokenizer(ModelFolder(folder.path)) }
        #expect(error.place == "auto_map")
    }
}
