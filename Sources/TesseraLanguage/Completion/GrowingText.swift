internal import TesseraText

/// The text of tokens that come one after the other: what of it is certain, and whether a text came before which it ends.
///
/// A token can be a part of a character, and what it adds to the text can depend on those before it. So the text of all tokens is made
/// each time; its end is held back while it is no whole character, or might begin a text before which it ends.
struct GrowingText {
    private let tokenizer: any TextTokenizer
    private let stopTexts: [[UInt8]]
    /// Whether anybody wants to know before the last token.
    private let isWatched: Bool
    private var ids: [Int32] = []
    /// What was given out.
    private var given = 0
    /// The text of all tokens, up to a text before which it ends.
    private var bytes: [UInt8] = []

    /// - Parameters:
    ///   - stopTexts: empty ones end nothing.
    ///   - isStreamed: whether `next` will be asked.
    init(_ tokenizer: any TextTokenizer, stopTexts: [String], isStreamed: Bool) {
        self.tokenizer = tokenizer
        isWatched = isStreamed || !stopTexts.isEmpty
        self.stopTexts = stopTexts.filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    /// Takes a token.
    ///
    /// - Returns: whether a text came before which all ends.
    mutating func append(_ id: Int32) -> Bool {
        ids.append(id)
        guard isWatched else { return false }
        let before = bytes.count
        bytes = Array(tokenizer.decode(ids, skippingSpecialTokens: true).utf8)
        // What is there already was looked at; a text may have begun in it.
        let longest = stopTexts.map(\.count).max() ?? 0
        let start = max(0, min(before, bytes.count) - longest - GrowingText.replacement.count)
        let found = stopTexts.compactMap { bytes.firstRange(of: $0, from: start) }.min()
        if let found { bytes.removeLast(bytes.count - found) }
        return found != nil
    }

    /// What is certain of the text and was not given out before.
    mutating func next() -> String {
        var end = bytes.count
        while bytes[..<end].ends(with: GrowingText.replacement) { end -= GrowingText.replacement.count }
        let held = stopTexts.map { bytes[..<end].lengthOfEnd(beginning: $0) }.max() ?? 0
        return give(upTo: wholeCharacters(end - held))
    }

    /// All that was not given out before; nothing follows.
    mutating func rest() -> String { give(upTo: bytes.count) }

    /// The whole text.
    var text: String {
        isWatched ? String(decoding: bytes, as: UTF8.self) : tokenizer.decode(ids, skippingSpecialTokens: true)
    }

    private mutating func give(upTo end: Int) -> String {
        guard end > given else { return "" }
        defer { given = end }
        return String(decoding: bytes[given..<end], as: UTF8.self)
    }

    /// The last place up to `end` at which no character is divided.
    private func wholeCharacters(_ end: Int) -> Int {
        var end = end
        while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// U+FFFD, which stands for bytes that are no whole character.
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
}

extension Collection<UInt8> {
    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }

    /// How long the longest end is with which `other` begins, short of all of it.
    fileprivate func lengthOfEnd(beginning other: [UInt8]) -> Int {
        let lengths = (0..<Swift.min(count + 1, other.count)).reversed()
        return lengths.first { suffix($0).elementsEqual(other.prefix($0)) } ?? 0
    }
}

extension [UInt8] {
    /// Where `other` begins, at `start` or behind it.
    fileprivate func firstRange(of other: [UInt8], from start: Int) -> Int? {
        guard count >= other.count + start else { return nil }
        return (start...count - other.count).first { self[$0..<$0 + other.count].elementsEqual(other) }
    }
}
