/// Byte-level byte-pair encoding, as GPT-2 and Whisper use it: text to token ids, and back.
///
/// Everything comes from the model's files; no id, and no token's name, is taken for granted.
///
/// ```swift
/// let tokenizer = try Tokenizer(ModelFolder("whisper-tiny"))
/// let ids = tokenizer.encode(" Hello, world!")
/// let text = tokenizer.decode(ids)  // " Hello, world!"
/// let end = tokenizer.id(of: "<|endoftext|>")
/// ```
public struct Tokenizer: Sendable {
    /// What a file can ask for, beyond the vocabulary and the merges.
    struct Rules: Sendable {
        /// Whether text is cut into words that merges do not cross.
        var splitsWords = true
        /// Whether text that does not begin with a space is given one.
        var addsPrefixSpace = false
        /// Whether a word that is a token is not put together from its parts.
        var ignoresMerges = false
        /// What stands for a byte that the vocabulary lacks; such bytes vanish when it is `nil`.
        var unknownID: Int32?
        /// Whether several such bytes give one token.
        var fusesUnknown = false
    }

    /// The number of tokens. Their ids go from 0 to one less.
    public let count: Int
    private let vocabulary: TokenTable
    private let addedTokens: AddedTokens
    private let merges: BytePairMerges
    private let rules: Rules
    /// The token of each single byte.
    private let byteIDs: [Int32?]

    init(vocabulary: TokenTable, addedTokens: AddedTokenList, merges: BytePairMerges, rules: Rules) {
        count = addedTokens.tokenCount
        self.vocabulary = vocabulary
        self.addedTokens = AddedTokens(addedTokens.tokens)
        self.merges = merges
        self.rules = rules
        byteIDs = (0...255).map { vocabulary.id(of: ByteAlphabet.spelling(of: CollectionOfOne($0))[...]) }
    }

    // MARK: Encoding

    /// The tokens of `text`.
    ///
    /// - Parameter recognisingAddedTokens: Whether `<|endoftext|>` and the like, spelled out in the text, become the
    ///   tokens of those names; without it they are text as any other, as they should be in text that others wrote.
    public func encode(_ text: String, recognisingAddedTokens: Bool = true) -> [Int32] {
        let bytes = Array(text.utf8)
        var ids: [Int32] = []
        let pieces = recognisingAddedTokens ? addedTokens.split(bytes) : [.text(bytes.indices)]
        for piece in pieces {
            switch piece {
            case .token(let id, _): ids.append(id)
            case .text(let range): encode(bytes, range, into: &ids)
            }
        }
        return ids
    }

    private func encode(_ text: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) {
        guard !range.isEmpty else { return }
        if rules.addsPrefixSpace && text[range.lowerBound] != UInt8(ascii: " ") {
            let spaced = [UInt8(ascii: " ")] + text[range]
            return encodeWords(spaced, spaced.indices, into: &ids)
        }
        encodeWords(text, range, into: &ids)
    }

    private func encodeWords(_ text: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) {
        guard rules.splitsWords else { return encodeWord(text[range], into: &ids) }
        WordSplitter.forEachWord(in: text, range) { encodeWord(text[$0], into: &ids) }
    }

    private func encodeWord(_ word: ArraySlice<UInt8>, into ids: inout [Int32]) {
        if rules.ignoresMerges, let id = vocabulary.id(of: ByteAlphabet.spelling(of: word)[...]) {
            return ids.append(id)
        }
        var tokens: [Int32] = []
        tokens.reserveCapacity(word.count)
        var lastIsUnknown = false
        for byte in word {
            if let id = byteIDs[Int(byte)] {
                tokens.append(id)
                lastIsUnknown = false
            } else if let id = rules.unknownID {
                if !(lastIsUnknown && rules.fusesUnknown) { tokens.append(id) }
                lastIsUnknown = true
            }
        }
        merges.apply(to: &tokens)
        ids += tokens
    }

    // MARK: Decoding

    /// The text of `ids`. Bytes that are not UTF-8 become U+FFFD, and ids without a token are passed over.
    ///
    /// - Parameter skippingSpecialTokens: Whether special tokens are left out; their names appear otherwise.
    public func decode(_ ids: some Sequence<Int32>, skippingSpecialTokens: Bool = true) -> String {
        var bytes: [UInt8] = []
        for id in ids where !(skippingSpecialTokens && isSpecial(id)) { bytes += self.bytes(of: id) ?? [] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes that a token stands for, which can be a part of a character; of an added token, those of its name.
    /// `nil` when there is no such token.
    public func bytes(of id: Int32) -> [UInt8]? {
        if let token = addedTokens[id] { return Array(token.content.utf8) }
        guard let spelling = vocabulary[Int(id)] else { return nil }
        return ByteAlphabet.bytes(of: spelling) ?? Array(spelling)
    }

    // MARK: Tokens

    /// The id of the added token of that name (`<|endoftext|>`), or else of the token that stands for that text (` the`);
    /// `nil` when there is none.
    public func id(of text: String) -> Int32? {
        addedTokens.id(of: text) ?? vocabulary.id(of: ByteAlphabet.spelling(of: text.utf8)[...])
    }

    /// Whether `id` is a special token, which speaks to the model and not to the reader.
    public func isSpecial(_ id: Int32) -> Bool { addedTokens[id]?.isSpecial ?? false }

    /// The ids of the special tokens, in the order of the files.
    public var specialIDs: [Int32] { addedTokens.specialIDs }
}
