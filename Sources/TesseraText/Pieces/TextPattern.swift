internal import TesseraFiles

/// What a tokenizer looks for in texts.
enum TextPattern: Sendable {
    case literal([UInt8])
    case expression(Expression)
    /// GPT-2's expression, whose matches leave nothing between.
    case words
    /// Each character that is so.
    case characters(@Sendable (Unicode.Scalar) -> Bool)

    /// tokenizer.json's `pattern`: a string, or a regular expression.
    ///
    /// - Throws: `FileError.badData` naming what in the expression is not supported.
    init(_ step: JSONObject) throws(FileError) {
        guard let pattern = try step.object("pattern") else { throw step.error("pattern", "it is missing") }
        guard pattern.contains("Regex") else {
            let text = Array(try pattern.string("String").utf8)
            guard !text.isEmpty else { throw pattern.error("String", "it is empty") }
            self = .literal(text)
            return
        }
        let text = try pattern.string("Regex")
        guard !WordSplitter.knownPatterns.contains(text) else {
            self = .words
            return
        }
        do throws(ExpressionParser.Refusal) { self = .expression(try Expression(text)) } catch {
            throw pattern.error("Regex", "the regular expression \(text.quoted) \(error.cause)")
        }
    }

    /// The matches in a text, one behind the other.
    func matches(in text: [UInt8]) -> [Range<Int>] {
        var matches: [Range<Int>] = []
        forEachMatch(in: text, text.indices) { matches.append($0) }
        return matches
    }

    /// Calls `body` with the matches in a part of a text, one behind the other.
    func forEachMatch(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        switch self {
        case .words: WordSplitter.forEachWord(in: text, range, body)
        case .literal(let literal):
            text.withUnsafeBufferPointer { Self.forEachOccurrence(of: literal, in: $0, range, body) }
        case .expression(let expression):
            text.withUnsafeBufferPointer { Self.forEachMatch(of: expression, in: $0, range, body) }
        case .characters(let isMeant):
            var position = range.lowerBound
            while position < range.upperBound {
                let (scalar, length) = scalar(in: text, at: position)
                if isMeant(scalar) { body(position..<position + length) }
                position += length
            }
        }
    }

    private static func forEachOccurrence(
        of literal: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Void
    ) {
        var position = range.lowerBound
        while position + literal.count <= range.upperBound {
            if text[position] == literal[0], literal.indices.allSatisfy({ text[position + $0] == literal[$0] }) {
                body(position..<position + literal.count)
                position += literal.count
            } else {
                position += 1
            }
        }
    }

    private static func forEachMatch(
        of expression: Expression, in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        _ body: (Range<Int>) -> Void
    ) {
        var matcher = ExpressionMatcher(expression, in: text, range)
        var position = range.lowerBound
        while position < range.upperBound {
            if let end = matcher.endOfMatch(at: position) {
                body(position..<end)
                position = end
            } else {
                position += scalar(in: text, at: position).length
            }
        }
    }
}

extension [UInt8] {
    /// The bytes with others in the place of what a pattern finds. Swift's own replacing goes by what a reader takes for a character, and
    /// finds nothing before a mark.
    func replacing(_ pattern: TextPattern, with content: [UInt8]) -> [UInt8] {
        var (result, end): ([UInt8], Int) = ([], 0)
        for match in pattern.matches(in: self) {
            result += self[end..<match.lowerBound] + content
            end = match.upperBound
        }
        return end == 0 ? self : result + self[end...]
    }
}
