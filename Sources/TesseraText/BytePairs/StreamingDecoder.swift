/// Decodes tokens as they come. A character whose bytes several tokens share is held back until it is whole.
///
/// Put together, what it gives is what `Tokenizer.decode` gives for all tokens at once.
///
/// ```swift
/// var decoder = StreamingDecoder(tokenizer)
/// for id in ids { print(decoder.append(id), terminator: "") }
/// print(decoder.finish())
/// ```
public struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    /// The first bytes of a character whose last are still to come.
    private var pending: [UInt8] = []

    /// - Parameter skippingSpecialTokens: Whether special tokens are left out; their names appear otherwise.
    public init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skippingSpecialTokens
    }

    /// The text that is certain with the token `id`, which may be empty.
    public mutating func append(_ id: Int32) -> String {
        if skipsSpecialTokens && tokenizer.isSpecial(id) { return "" }
        pending += tokenizer.bytes(of: id) ?? []
        let end = pending.count - unfinishedCount
        let text = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end)
        return text
    }

    /// The text of what is still held back: U+FFFD, where a character was begun and never finished.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// The number of last bytes that further ones could make a character of.
    private var unfinishedCount: Int {
        for count in 1...3 where count <= pending.count {
            let start = pending.count - count
            let first = pending[start]
            if first & 0xC0 == 0x80 { continue }
            let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
            // What can never become a character is decoded by itself, the same now as later.
            return count < length && isBeginning(pending[start...]) ? count : 0
        }
        return 0
    }

    /// Whether some well-formed character begins with these bytes: whether the highest or lowest last bytes complete it.
    private func isBeginning(_ bytes: ArraySlice<UInt8>) -> Bool {
        let length = bytes[bytes.startIndex] >= 0xF0 ? 4 : bytes[bytes.startIndex] >= 0xE0 ? 3 : 2
        return [0x80, 0xBF].contains { last in
            String(validating: bytes + Array(repeating: last, count: length - bytes.count), as: UTF8.self) != nil
        }
    }
}
