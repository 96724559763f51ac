/// The text of tokens that come one after the other, given as soon as it is certain: a character whose bytes several tokens share is held
/// back until it is whole.
///
/// ```swift
/// var text = StreamedText(tokenizer)
/// for id in ids { print(text.append(id), terminator: "") }
/// print(text.finish())
/// ```
///
/// Put together, it is what the tokenizer makes of all tokens at once, save that a tokenizer which looks back and changes what it gave
/// before, as WordPiece does at punctuation, is not followed.
public struct StreamedText: Sendable {
    private let tokenizer: any TextTokenizer
    private let skipsSpecialTokens: Bool
    /// The last tokens, with those before them on which their text may depend: a word's space is lost where it comes first.
    private var ids: [Int32] = []
    /// How many of them were there when all was given.
    private var settledCount = 0
    /// How many bytes of their text were given.
    private var givenCount = 0
    /// How many characters a token may have begun and not finished, each shown as U+FFFD.
    private static let heldLimit = 3
    private static let keptLimit = 256

    /// - Parameter skippingSpecialTokens: Whether special tokens are left out; their names appear otherwise.
    public init(_ tokenizer: any TextTokenizer, skippingSpecialTokens: Bool = true) {
        (self.tokenizer, skipsSpecialTokens) = (tokenizer, skippingSpecialTokens)
    }

    /// The text that is certain with the token `id`, which may be empty.
    public mutating func append(_ id: Int32) -> String {
        if skipsSpecialTokens && tokenizer.isSpecial(id) || tokenizer.token(id) == nil { return "" }
        ids.append(id)
        let text = Array(tokenizer.decode(ids, skippingSpecialTokens: skipsSpecialTokens).utf8)
        var end = text.count
        let replacement = Array("\u{FFFD}".utf8)
        for _ in 0..<Self.heldLimit where text[..<end].suffix(replacement.count).elementsEqual(replacement) {
            end -= replacement.count
        }
        let given = given(text[..<end])
        if end == text.count, givenCount == end { settle() }
        if ids.count <= Self.keptLimit { return given }
        // So many tokens never become a character.
        defer { settle() }
        return given + self.given(text[...])
    }

    /// The text of what is still held back: U+FFFD, where a character was begun and never finished.
    public mutating func finish() -> String {
        let text = Array(tokenizer.decode(ids, skippingSpecialTokens: skipsSpecialTokens).utf8)
        defer { (ids, settledCount, givenCount) = ([], 0, 0) }
        return given(text[...])
    }

    private mutating func given(_ text: ArraySlice<UInt8>) -> String {
        guard text.count > givenCount else { return "" }
        defer { givenCount = text.count }
        return String(decoding: text[givenCount...], as: UTF8.self)
    }

    /// Forgets the tokens that are of no use any more: all but those since all was given the last time but one, if they have a text.
    private mutating func settle() {
        let rest = Array(ids[settledCount...].suffix(Self.keptLimit / 2))
        let text = tokenizer.decode(rest, skippingSpecialTokens: skipsSpecialTokens)
        guard !text.isEmpty || ids.count > Self.keptLimit else { return }
        (ids, settledCount, givenCount) = (rest, rest.count, text.utf8.count)
    }
}
