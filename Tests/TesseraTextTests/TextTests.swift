import TesseraFiles
import TesseraText
import TestSupport
import Testing

@Suite struct TextTests {
    @Test(
        "Text is cut into GPT-2's words",
        arguments: [
            ("", []),
            (
                "I'm we've they'll you'd it's don't we're",
                ["I", "'m", " we", "'ve", " they", "'ll", " you", "'d", " it", "'s", " don", "'t", " we", "'re"]
            ),
            ("'S 'T ’s ''s 's's", ["'", "S", " '", "T", " ’", "s", " ''", "s", " '", "s", "'s"]),
            ("x's  's", ["x", "'s", " ", " '", "s"]), ("'", ["'"]), ("'l 'r 'v", ["'", "l", " '", "r", " '", "v"]),
            ("abc123 45.6 ½Ⅷ١٢", ["abc", "123", " 45", ".", "6", " ½Ⅷ١٢"]),
            ("naïve façade 東京 привет", ["naïve", " façade", " 東京", " привет"]),
            ("a   b", ["a", "  ", " b"]), ("a \n b", ["a", " \n", " b"]), ("a\n\nb", ["a", "\n", "\n", "b"]),
            ("  a ", [" ", " a", " "]), ("\t\ta\t", ["\t", "\t", "a", "\t"]), (" ", [" "]),
            ("a\u{A0}b \u{A0} c", ["a", "\u{A0}", "b", " \u{A0}", " c"]), ("\u{85}a", ["\u{85}", "a"]),
            ("\u{2003}\u{3000}x", ["\u{2003}", "\u{3000}", "x"]),
            ("\u{200B} \u{1C} x", ["\u{200B}", " \u{1C}", " x"]),
            ("e\u{301} n\u{303}", ["e", "\u{301}", " n", "\u{303}"]),
            ("👨‍👩‍👧‍👦 🇩🇪!", ["👨‍👩‍👧‍👦", " 🇩🇪!"]), ("a\0b\0", ["a", "\0", "b", "\0"]),
            ("one\r\ntwo\r\n", ["one", "\r", "\n", "two", "\r\n"]), ("a_b-c ?!", ["a", "_", "b", "-", "c", " ?!"]),
            ("नमस्ते ไทย", ["नमस", "\u{94D}", "त", "\u{947}", " ไทย"]),
        ])
    func words(text: String, expected: [String]) {
        let bytes = Array(text.utf8)
        var words: [String] = []
        WordSplitter.forEachWord(in: bytes, bytes.indices) { words.append(String(decoding: bytes[$0], as: UTF8.self)) }
        #expect(words.count == expected.count && zip(words, expected).allSatisfy(sameBytes), "\(words)")
    }

    @Test(
        "Every text comes back as it was", arguments: ["\r\n", "\0", "e\u{301}\u{E9}", "👨‍👩‍👧‍👦", "\u{FFFD}", "\u{10FFFF} "])
    func roundTrip(text: String) throws {
        let tokenizer = try Tokenizer(JSONObject.read(Fixtures.path("whisper/tokenizer.json")))
        for text in [text, "a" + text + text, text + " b" + text] {
            #expect(sameBytes(tokenizer.decode(tokenizer.encode(text)), text))
        }
    }

    @Test("A character split between tokens is held back until it is whole")
    func streaming() throws {
        let tokenizer = try Tokenizer(JSONObject.read(Fixtures.path("whisper/tokenizer.json")))
        let ids = try Array("é🙂".utf8).map { byte in
            try #require((0..<Int32(tokenizer.count)).first { tokenizer.bytes(of: $0) == [byte] })
        }
        var stream = StreamingDecoder(tokenizer)
        #expect(ids.map { stream.append($0) } == ["", "é", "", "", "", "🙂"] && stream.finish() == "")
        // A character that is never finished is given up as soon as another begins.
        #expect([2, 0, 1].map { stream.append(ids[$0]) } == ["", "\u{FFFD}", "é"])
        #expect(stream.append(ids[2]) == "")
        #expect(stream.finish() == "\u{FFFD}")
        #expect(stream.finish() == "")
    }

    @Test("A megabyte without spaces takes less than two seconds", arguments: [1, 26])
    func longWord(letterCount: Int) throws {
        let tokenizer = try Tokenizer(JSONObject.read(Fixtures.path("whisper-longform/tokenizer.json")))
        var state: UInt32 = 1
        let word = (0..<1 << 20).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(ascii: "a") + UInt8(state >> 24) % UInt8(letterCount)
        }
        let text = String(decoding: word, as: UTF8.self)
        let (ids, time) = timed { tokenizer.encode(text) }
        #expect(time < .seconds(2), "\(time)")
        #expect(sameBytes(tokenizer.decode(ids), text))
    }
}
