import TesseraFiles
import Testing

/// What Python strips and splits by.
@Suite struct PythonSpaceTests {
    /// `[c for c in map(chr, range(0x110000)) if c.isspace()]`, of Python 3.
    static let spaces: Set<UInt32> = Set([
        0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
    ]).union(0x09...0x0D).union(0x1C...0x1F).union(0x2000...0x200A)

    @Test func everyCharacterIsAsInPython() {
        let found = (0...0x10FFFF as ClosedRange<UInt32>).filter { Unicode.Scalar($0)?.isPythonSpace ?? false }
        #expect(Set(found) == Self.spaces)
    }

    @Test(arguments: [
        ("\u{1E} a \u{85}", "a"), ("\u{1C}\u{1D}\u{1E}\u{1F}", ""), ("", ""),
        ("\u{200B}a\u{FEFF}", "\u{200B}a\u{FEFF}"),
        ("\r\n a\u{1F}b \u{3000}", "a\u{1F}b"), (" \u{301}", "\u{301}"),
    ])
    func strip(text: String, expected: String) {
        #expect(Array(text.trimmed.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(arguments: [("a\u{1F}b\r\nc", ["a", "b", "c"]), (" \u{301}a ", ["\u{301}a"]), ("\u{85}", [])])
    func split(text: String, words: [String]) {
        #expect(text.words.map { Array($0.unicodeScalars) } == words.map { Array($0.unicodeScalars) })
    }
}
