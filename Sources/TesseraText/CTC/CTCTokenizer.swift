public import TesseraFiles

/// The labels of connectionist temporal classification (Graves et al., 2006), as `transformers.Wav2Vec2CTCTokenizer` has them:
/// vocab.json gives each letter its id, the padding token says that a frame adds nothing, and one token stands between words.
///
/// ```swift
/// let tokenizer = try CTCTokenizer(ModelFolder("wav2vec2-base-960h"))
/// tokenizer.text(of: [11, 5, 4, 11])   // "HE H"
/// ```
public struct CTCTokenizer: Sendable {
    /// The label of frames that add nothing, and that set a letter off from the same one before it.
    public let blankID: Int32
    /// What stands between words; nil where the vocabulary has no such token.
    public let delimiterID: Int32?
    /// One more than the highest id of vocab.json.
    public let idLimit: Int
    /// What each id adds to a text.
    private let spellings: [Int32: String]
    /// What an id without a token adds.
    private let unknown: String
    private let isLowerCased: Bool
    private let cleansDecoded: Bool

    /// The tokenizer of a model.
    ///
    /// - Throws: `FileError.unreadable` when a file is absent; `FileError.badData` naming what is damaged or contradicts itself.
    public init(_ folder: ModelFolder) throws(FileError) {
        let words = try folder.read("vocab.json")
        let vocabulary = try TokenTable(words, spareCount: CTCSettings.spareIDCount)
        let settings = try CTCSettings(folder)
        var spellings = settings.added
        for id in 0..<vocabulary.idLimit {
            if let spelling = vocabulary[id] { spellings[Int32(id)] = String(decoding: spelling, as: UTF8.self) }
        }
        func id(of token: String) -> Int32? {
            vocabulary.id(of: token) ?? settings.added.first { $0.value.hasSameBytes(as: token) }?.key
        }
        guard let blankID = id(of: settings.blank) else {
            throw words.error(settings.blank, "the padding token, the label of frames that add nothing, has no id")
        }
        delimiterID = settings.delimiter.flatMap(id(of:))
        if let delimiterID { spellings[delimiterID] = settings.space }
        (self.blankID, self.spellings, idLimit) = (blankID, spellings, vocabulary.idLimit)
        (unknown, isLowerCased, cleansDecoded) = (settings.unknown, settings.isLowerCased, settings.cleansDecoded)
    }

    /// What tokens spell, in the tokenizer's case; not freed of spaces at its ends. No token is passed over but blanks.
    public func text(of tokens: some Sequence<Int32>) -> String {
        let text = tokens.filter { $0 != blankID }.map { spellings[$0] ?? unknown }.joined()
        return isLowerCased ? text.lowercased() : text
    }

    /// A whole transcript without spaces at its ends, and before punctuation where the tokenizer says so.
    public func finished(_ text: String) -> String {
        cleansDecoded ? text.trimmed.withoutSpacesBeforePunctuation : text.trimmed
    }
}
