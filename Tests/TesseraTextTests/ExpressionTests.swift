import TesseraFiles
import TesseraText
import TestSupport
import Testing

/// The regular expressions of a `Split`, by how a tokenizer of single characters counts words.
@Suite struct ExpressionTests {
    /// A tokenizer that cuts texts at an expression.
    private func tokenizer(_ expression: String, _ behavior: String = "Isolated") throws -> PieceTokenizer {
        var json = JSONWriter()
        json.object { json in
            json.object("pre_tokenizer") { json in
                json.write("Split", for: "type")
                json.write(behavior, for: "behavior")
                json.object("pattern") { json in json.write(expression, for: "Regex") }
            }
            json.object("model") { json in
                json.write("BPE", for: "type")
                json.write("?", for: "unk_token")
                json.object("vocab") { json in json.write(0, for: "?") }
                json.array("merges") { _ in }
            }
        }
        return try PieceTokenizer(JSONObject(bytes: json.finish(path: "t.json"), path: "t.json"))
    }

    private func words(_ text: String, _ tokenizer: PieceTokenizer) -> [String] {
        var words: [String] = []
        var last: Int?
        for (scalar, word) in zip(text.unicodeScalars, tokenizer.encodeBare(text).words) {
            if word != last { words.append("") }
            words[words.count - 1].unicodeScalars.append(scalar)
            last = word
        }
        return words
    }

    static let llama =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    @Test(arguments: [
        (
            llama, "I'M'ſo 'x 12345  x\n\n y!?\n.",
            ["I", "'M", "'ſ", "o", " '", "x", " ", "123", "45", " ", " x", "\n\n", " y", "!?\n", "."]
        ),
        (llama, "a   b \n \tc", ["a", "  ", " b", " \n", " ", "\tc"]), (llama, "東京 ½x", ["東京", " ", "½", "x"]),
        (#"a{2,3}"#, "aaaaaba", ["aaa", "aa", "ba"]), (#"a{2}"#, "aaaaa", ["aa", "aa", "a"]),
        (#"a{2,}"#, "aaaaab", ["aaaaa", "b"]), (#"(?:ab)+c?"#, "ababcab", ["ababc", "ab"]),
        (#"(a|b)*c"#, "xabac", ["x", "abac"]), (#"[^\r\n\p{L}\p{N}]?+\p{L}++"#, " ab!cd", [" ab", "!cd"]),
        (#"a++ab"#, "aab", ["aab"]), (#"[一-龥]+|[a-c\-]+"#, "ab-東x", ["ab-", "東", "x"]),
        (#"\p{Lu}\p{Ll}*|\P{L}"#, "AbCd1x", ["Ab", "Cd", "1", "x"]), (#"[\p{^L}]"#, "a1b", ["a", "1", "b"]),
        (#"x(?=y)|y"#, "xyxz", ["x", "y", "xz"]), (#"\u0041\x42|\t."#, "ABC\t\n\tx", ["AB", "C\t\n", "\tx"]),
        (#"[\S]\s"#, "ab c", ["a", "b ", "c"]), (#"(?i:[kx]z)"#, "\u{212A}Zy", ["\u{212A}Z", "y"]),
        (#"\w+|\d|\W"#, "é_1-", ["é_1", "-"]), (#"(ab|a)(bc|c)d"#, "abcd", ["abcd"]),
    ])
    func textIsCutAtMatches(expression: String, text: String, expected: [String]) throws {
        let found = words(text, try tokenizer(expression))
        #expect(found.count == expected.count && zip(found, expected).allSatisfy(sameBytes), "\(found)")
    }

    @Test(arguments: [
        ("Removed", ["a", "b"]), ("Isolated", ["a", "-", "-", "b", "-"]), ("Contiguous", ["a", "--", "b", "-"]),
        ("MergedWithPrevious", ["a-", "-", "b-"]), ("MergedWithNext", ["a", "-", "-b", "-"]),
    ])
    func matchesGoWhereTheyAreTold(behavior: String, expected: [String]) throws {
        let tokens = try tokenizer("-", behavior).encodeBare("a--b-")
        let text = Array("a--b-")
        var words: [Int?: String] = [:]
        for (place, word) in zip(tokens.offsets, tokens.words) { words[word, default: ""] += String(text[place]) }
        #expect(words.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.map(\.value) == expected)
    }

    /// What backtracking alone would take for ever to find out.
    @Test(arguments: [#"(a+)+b"#, #"(a|aa)+b"#, #"a*b|a"#, #"(a|b|ab)*c"#, #"[ab]*c|a{1,200}c"#, "a++b|a"])
    func timeIsProportionalToTheText(expression: String) throws {
        let tokenizer = try tokenizer(expression)
        let (tokens, time) = timed { tokenizer.encodeBare(String(repeating: "a", count: 200_000)) }
        #expect(tokens.count == 200_000)
        #expect(time < .seconds(5), "\(time)")
    }

    @Test(arguments: [
        (#"(a+)+$"#, "'$'"), (#"^a"#, "'^'"), (#"a*?"#, "as seldom"), (#"a{2}+"#, "'+'"), (#"(a)++"#, "'+'"),
        (#"a**"#, "repeats"),
        (#"(a"#, "'('"), (#"a)"#, "')'"), (#"[a"#, "'['"), (#"[a&&b]"#, "a set inside"),
        (#"[[:alpha:]]"#, "a set inside"),
        (#"\bx"#, #"'\b'"#), (#"(a)\1"#, #"'\1'"#), (#"(?<n>a)"#, "group"), (#"(?<=a)b"#, "group"),
        (#"a(?!bc)"#, "one character"),
        (#"\p{Han}"#, "'Han'"), (#"\p{L"#, "property"), (#"a*"#, "nothing at all"), (#"(a*)*"#, "match nothing"),
        (#"a{5,2}"#, "braces"),
        (#"a{9999}"#, "braces"), (#"[b-a]"#, "range"), (#"a\"#, "cut"), (String(repeating: "(", count: 50), "groups"),
        (#"((((a{255}){255}){255}){255})"#, "too long"), (#"\u00"#, #"'\u'"#),
        (String(repeating: "a", count: 20_000), "longer than"),
    ])
    func whatIsNotSupportedIsRefusedByName(expression: String, cause: String) throws {
        let error = try #require(throws: FileError.self) { try tokenizer(expression) }
        #expect(error.kind == .badData && error.place == "pre_tokenizer.pattern.Regex", "\(error)")
        #expect(error.cause.contains(cause), "\(error)")
    }
}
