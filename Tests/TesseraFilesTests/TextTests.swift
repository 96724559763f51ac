import TesseraFiles
import Testing

@Suite struct TextTests {
    @Test(arguments: [
        (["a", "b"], "a,b\n"),
        ([""], "\n"),
        (["a,b", "say \"yes\""], "\"a,b\",\"say \"\"yes\"\"\"\n"),
        (["two\nlines", "two\r\nlines", "cr\r"], "\"two\nlines\",\"two\r\nlines\",\"cr\r\"\n"),
        ([" lead", "trail "], "\" lead\",\"trail \"\n"),
        (["größe", "e\u{301}"], "größe,e\u{301}\n"),
    ])
    func commaSeparated(fields: [String], line: String) {
        #expect(Array(commaSeparatedLine(fields).utf8) == Array(line.utf8))
    }

    @Test func messagesStayOneLine() {
        #expect("a\nb\tc\r\u{1B}[2Jd\u{85} é 猫".onOneLine == "a\\nb\\tc\\r\\u{1B}[2Jd\\u{0085} é 猫")
    }

    @Test(arguments: [("é猫", 4, "é猫  "), ("abc", 3, "abc"), ("abc", 1, "abc"), ("", 2, "  ")])
    func padding(text: String, width: Int, expected: String) {
        #expect(text.padded(to: width) == expected)
    }

    @Test(arguments: [([], "[\n  \n]\n"), (["{}"], "[\n  {}\n]\n"), (["1", "2"], "[\n  1,\n  2\n]\n")])
    func arraysHaveALineAnElement(objects: [String], text: String) {
        #expect(jsonArray(objects) == text)
    }

    @Test func unknownNumbersAreNull() throws {
        var json = JSONWriter()
        json.array { json in for value in [0.5, .nan, -.infinity] { json.writeKnown(value) } }
        #expect(String(decoding: try json.finish(path: "a"), as: UTF8.self) == "[0.5, null, null]")
    }
}
