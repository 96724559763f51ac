public import TesseraFiles

/// SentencePiece's unigram pieces as Marian's translators have them (`MarianTokenizer` of transformers): `source.spm` cuts what is
/// translated, `target.spm` joins what is written, and `vocab.json` numbers the pieces of both.
///
/// ```swift
/// let tokenizer = try MarianTokenizer(ModelFolder("opus-mt-en-ROMANCE"))
/// let ids = tokenizer.encode(">>fra<< The river runs.")?.ids
/// ```
///
/// Where a model writes several languages, a text begins with the mark of the one that is wanted.
public struct MarianTokenizer: TextTokenizer {
    private let source: SentencePieceVocabulary
    private let target: SentencePieceVocabulary
    private let vocabulary: TokenTable
    private let addedTokens: AddedTokens
    private let endToken: Int32
    private let unknownID: Int32
    private let template: TokenTemplate
    private let cleansDecoded: Bool
    /// The most tokens of a text, as tokenizer_config.json has it; nil where it has none.
    public let tokenLimit: Int?
    /// The marks of the languages that can be written, `>>fra<<`, in the order of the vocabulary; none where there is but one.
    public let languageMarks: [String]

    /// - Throws: `FileError.unreadable` when a file is absent; `FileError.badData` naming what is damaged, contradicts itself or is not
    ///   done here.
    public init(_ folder: ModelFolder) throws(FileError) {
        let words = try folder.read("vocab.json")
        let companions = try TokenizerCompanions(folder)
        let settings = companions.files.first
        if let settings, try settings.boolean("separate_vocabs", default: false) {
            throw settings.error("separate_vocabs", "vocabularies of their own for both languages are not supported")
        }
        vocabulary = try TokenTable(words, spareCount: try companions.describedTokenCount())
        var list = AddedTokenList(vocabulary)
        try list.add(companions)
        let vocabulary = vocabulary
        func id(_ key: String, _ standard: String) throws(FileError) -> Int32 {
            let name = try companions.tokenName(key) ?? standard
            guard let id = vocabulary.id(of: name) else {
                throw words.error(key, "\(name.quoted) is no token")
            }
            try list.addSpecial(name, words, key)
            return id
        }
        endToken = try id("eos_token", "</s>")
        unknownID = try id("unk_token", "<unk>")
        _ = try id("pad_token", "<pad>")
        try list.checkForGaps(path: words.path)
        addedTokens = AddedTokens(list.tokens)
        let text = TokenTemplate.Piece.text(isSecond: false, typeID: 0)
        let end = TokenTemplate.Piece.token(endToken, typeID: 0)
        template = TokenTemplate(single: [text, end], pair: [text, .text(isSecond: true, typeID: 0), end])
        source = try SentencePieceVocabulary(folder, "source.spm", vocabulary)
        target = try SentencePieceVocabulary(folder, "target.spm", vocabulary)
        tokenLimit = try companions.tokenLimit()
        cleansDecoded = try settings?.boolean("clean_up_tokenization_spaces", default: false) ?? false
        languageMarks = words.keys.filter { $0.hasPrefix(">>") && $0.hasSuffix("<<") }
    }

    /// How many tokens there are; their ids go from 0 to one less.
    public var tokenCount: Int { max(vocabulary.idLimit, addedTokens.idLimit) }

    public var maskToken: Int32? { nil }
    public var continuation: String? { nil }
    public var unknownToken: Int32? { unknownID }
    public var specialIDs: [Int32] { addedTokens.specialIDs }

    public func id(of token: String) -> Int32? { vocabulary.id(of: token) ?? addedTokens.id(of: token) }

    public func token(_ id: Int32) -> String? {
        addedTokens[id]?.content ?? vocabulary[Int(id)].map { String(decoding: $0, as: UTF8.self) }
    }

    public func isSpecial(_ id: Int32) -> Bool { addedTokens[id]?.isSpecial ?? false }

    /// The tokens of a text, or of two one after the other, and the end token. Where they stand in the text is not known: pieces are of
    /// its normal form.
    public func encode(
        _ text: String, pair: String?, limit: Int?, truncation: TruncationStrategy
    ) -> EncodedText? {
        template.encoded(encodeBare(text), pair.map(encodeBare), limit: limit, truncation)
    }

    public func windows(of text: String, behind question: String?, limit: Int, stride: Int) -> [EncodedText] {
        template.windows(of: encodeBare(text), behind: question.map(encodeBare), limit: limit, stride: stride)
    }

    public func encodeBare(_ text: String) -> EncodedText { encodeBare(text, source) }

    /// The tokens of a text in the language that is written, and the end token.
    ///
    /// - Parameter limit: the most tokens, the end token included.
    public func encodeTarget(_ text: String, limit: Int?) -> EncodedText? {
        template.encoded(encodeBare(text, target), nil, limit: limit, .longestFirst)
    }

    private func encodeBare(_ text: String, _ pieces: SentencePieceVocabulary) -> EncodedText {
        var encoded = EncodedText()
        let bytes = Array(text.utf8)
        for piece in addedTokens.split(bytes) {
            switch piece {
            case .token(let id, _): encoded.append(id, at: 0..<0, source: 0)
            case .text(let range):
                for id in plain(String(decoding: bytes[range], as: UTF8.self), pieces) {
                    encoded.append(id, at: 0..<0, source: 0)
                }
            }
        }
        return encoded
    }

    private func plain(_ text: String, _ pieces: SentencePieceVocabulary) -> [Int32] {
        let (mark, rest) = LanguageMark.split(text)
        let first = mark.map { [vocabulary.id(of: $0) ?? unknownID] } ?? []
        return first + pieces.ids(of: Array(rest.utf8), vocabulary, unknownID)
    }

    /// The text of tokens in the language that is written.
    ///
    /// - Parameter skippingSpecialTokens: whether special tokens are left out; their names appear otherwise.
    public func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String {
        var text = ""
        var pieces = target.decoder()
        for id in ids {
            if let token = addedTokens[id], token.isSpecial {
                if skippingSpecialTokens { continue }
                text += pieces.finish() + token.content + " "
            } else if let token = addedTokens[id].map({ Array($0.content.utf8)[...] }) ?? vocabulary[Int(id)] {
                pieces.append(token)
            }
        }
        let decoded = (text + pieces.finish()).replacing("\u{2581}", with: " ").trimmed
        return cleansDecoded ? decoded.withoutSpacesBeforePunctuation : decoded
    }
}

/// The mark of a language at the beginning of a text.
enum LanguageMark {
    /// The mark, where the text begins with one, and the text without any: all from the first `>>` to the last `<<` of a line, as the
    /// reference's pattern `>>.+<<` has it.
    static func split(_ text: String) -> (mark: String?, rest: String) {
        var rest = ""
        var mark: String?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if number > 0 { rest += "\n" }
            guard let place = place(in: line) else {
                rest += line
                continue
            }
            if number == 0, place.lowerBound == line.startIndex { mark = String(line[place]) }
            rest += line[..<place.lowerBound] + line[place.upperBound...]
        }
        return (mark, rest)
    }

    private static func place(in line: Substring) -> Range<Substring.Index>? {
        guard let start = line.firstRange(of: ">>") else { return nil }
        // Something stands between, hence not the first character behind the mark's beginning.
        guard start.upperBound < line.endIndex else { return nil }
        let inner = line[line.index(after: start.upperBound)...]
        guard let end = inner.ranges(of: "<<").last else { return nil }
        return start.lowerBound..<end.upperBound
    }
}
