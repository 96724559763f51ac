public import TesseraFiles

/// SentencePiece's unigram pieces with ids of their own, as Speech2Text uses them: `sentencepiece.bpe.model` cuts the
/// text, `vocab.json` numbers the pieces, `tokenizer_config.json` names the special tokens.
///
/// ```swift
/// let tokenizer = try SentencePieceTokenizer(ModelFolder("s2t-small-librispeech-asr"))
/// let ids = tokenizer.encode("the river runs", addingSpecialTokens: true)
/// let text = tokenizer.decode(ids)  // "the river runs"
/// ```
public struct SentencePieceTokenizer: Sendable {
    /// The number of tokens. Their ids go from 0 to one less.
    public let count: Int
    /// The token that ends a text.
    public let endID: Int32
    /// The token that stands for what the vocabulary lacks.
    public let unknownID: Int32
    /// The tokens of the languages that can be written, by their codes; empty when there is but one.
    public let languageIDs: [String: Int32]
    /// The language whose token `encode` puts first; `nil` when there is but one.
    public let language: String?

    private let pieces: SentencePieceVocabulary
    private let vocabulary: TokenTable
    private let addedTokens: AddedTokens
    private let isLowerCased: Bool
    private let isUpperCased: Bool

    /// The tokenizer of a model.
    ///
    /// - Throws: `FileError.unreadable` when a file is absent; `FileError.badData` naming what is damaged or contradicts
    ///   itself.
    public init(_ folder: ModelFolder) throws(FileError) {
        let words = try folder.read("vocab.json")
        let settings = try SpeechToTextSettings(folder)
        vocabulary = try TokenTable(words, spareCount: settings.describedCount)
        var added = AddedTokenList(vocabulary)
        try settings.addTokens(to: &added)
        try added.checkForGaps(path: words.path)
        count = added.tokenCount
        let tokens = AddedTokens(added.tokens)
        addedTokens = tokens
        endID = try settings.id(of: settings.endToken, tokens, key: "eos_token")
        unknownID = try settings.id(of: settings.unknownToken, tokens, key: "unk_token")
        var languageIDs: [String: Int32] = [:]
        for code in settings.languages {
            languageIDs[code] = try settings.id(of: settings.languageToken(code), tokens, key: "lang_codes")
        }
        self.languageIDs = languageIDs
        language = settings.language
        isLowerCased = settings.isLowerCased
        isUpperCased = settings.isUpperCased

        pieces = try SentencePieceVocabulary(folder, "sentencepiece.bpe.model", vocabulary)
    }

    // MARK: Encoding

    /// The tokens of `text`. `</s>` and the like, spelled out in it, become the tokens of those names.
    ///
    /// - Parameter addingSpecialTokens: Whether the language's token comes first, where there are several, and the end
    ///   token last, as the model learns to write them.
    public func encode(_ text: String, addingSpecialTokens: Bool = false) -> [Int32] {
        let bytes = Array(text.utf8)
        var ids: [Int32] = []
        if addingSpecialTokens, let language, let id = languageIDs[language] { ids.append(id) }
        for piece in addedTokens.split(bytes) {
            switch piece {
            case .token(let id, _): ids.append(id)
            case .text(let range): ids += encodePlain(bytes[range])
            }
        }
        if addingSpecialTokens { ids.append(endID) }
        return ids
    }

    private func encodePlain(_ text: ArraySlice<UInt8>) -> [Int32] {
        let bytes = isLowerCased ? Array(String(decoding: text, as: UTF8.self).lowercased().utf8) : Array(text)
        return pieces.ids(of: bytes, vocabulary, unknownID)
    }

    // MARK: Decoding

    /// The text of `ids`: `▁` becomes a space, and spaces around the whole are left out. Ids without a token are passed
    /// over.
    ///
    /// - Parameter skippingSpecialTokens: Whether special tokens are left out, the unknown one among them; their names
    ///   appear otherwise, a space behind each.
    public func decode(_ ids: some Sequence<Int32>, skippingSpecialTokens: Bool = true) -> String {
        var text = ""
        var plain = pieces.decoder()
        for id in ids {
            if let token = addedTokens[id], token.isSpecial {
                if skippingSpecialTokens { continue }
                text += finish(&plain) + token.content + " "
            } else if let token = addedTokens[id] {
                plain.append(Array(token.content.utf8)[...])
            } else if let token = vocabulary[Int(id)] {
                plain.append(token)
            }
        }
        return (text + finish(&plain)).trimmed
    }

    private func finish(_ plain: inout PieceDecoder) -> String {
        let text = plain.finish()
        return isUpperCased ? text.uppercased() : text
    }

    // MARK: Tokens

    /// The id of the added token of that name, or else of the token that is spelled so, `▁` for a space; `nil` when there
    /// is none.
    public func id(of token: String) -> Int32? { addedTokens.id(of: token) ?? vocabulary.id(of: token) }

    /// Whether `id` is a special token, which speaks to the model and not to the reader.
    public func isSpecial(_ id: Int32) -> Bool { addedTokens[id]?.isSpecial ?? false }

    /// The ids of the special tokens, in the order of the files.
    public var specialIDs: [Int32] { addedTokens.specialIDs }
}
