/// Cuts text into the words that byte pairs never cross, as GPT-2 does (Radford et al. 2019): what the expression
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// finds, one match after the other, written out by hand. Every character belongs to one word.
package enum WordSplitter {
    /// The ways in which files write that expression.
    static let knownPatterns = [
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
        #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
    ]

    private enum Kind { case letter, number, space, other }

    /// Calls `body` with the words of `text[range]`, well-formed UTF-8, in their order.
    package static func forEachWord(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = endOfWord(in: text, start..<range.upperBound)
            body(start..<end)
            start = end
        }
    }

    private static func endOfWord(in text: [UInt8], _ range: Range<Int>) -> Int {
        let start = range.lowerBound
        if let end = endOfContraction(in: text, range) { return end }
        var (kind, length) = kind(in: text, at: start)
        if kind == .space {
            // A single space goes with what follows it, a run of any spaces without its last with itself.
            guard text[start] == UInt8(ascii: " "), start + 1 < range.upperBound else {
                return endOfSpace(in: text, range)
            }
            kind = self.kind(in: text, at: start + 1).kind
            guard kind != .space else { return endOfSpace(in: text, range) }
            length = 1
        }
        return endOfRun(kind, in: text, start + length..<range.upperBound)
    }

    /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`.
    private static func endOfContraction(in text: [UInt8], _ range: Range<Int>) -> Int? {
        let start = range.lowerBound
        guard text[start] == UInt8(ascii: "'"), start + 1 < range.upperBound else { return nil }
        let second = text[start + 1]
        if second == UInt8(ascii: "s") || second == UInt8(ascii: "t") || second == UInt8(ascii: "m")
            || second == UInt8(ascii: "d")
        {
            return start + 2
        }
        guard start + 2 < range.upperBound else { return nil }
        switch (second, text[start + 2]) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }

    /// The end of the spaces, less the last one where something follows them: that one begins the next word, or is one.
    private static func endOfSpace(in text: [UInt8], _ range: Range<Int>) -> Int {
        let end = endOfRun(.space, in: text, range)
        guard end < range.upperBound, let last = scalar(in: text, before: end), end - last.length > range.lowerBound
        else { return end }
        return end - last.length
    }

    private static func endOfRun(_ kind: Kind, in text: [UInt8], _ range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound {
            let next = self.kind(in: text, at: position)
            guard next.kind == kind else { break }
            position += next.length
        }
        return position
    }

    private static func kind(in text: [UInt8], at position: Int) -> (kind: Kind, length: Int) {
        let (scalar, length) = scalar(in: text, at: position)
        if scalar.isSpace { return (.space, length) }
        if length == 1 {
            switch text[position] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return (.letter, 1)
            case UInt8(ascii: "0")...UInt8(ascii: "9"): return (.number, 1)
            default: return (.other, 1)
            }
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return (.letter, length)
        case .decimalNumber, .letterNumber, .otherNumber: return (.number, length)
        default: return (.other, length)
        }
    }
}
