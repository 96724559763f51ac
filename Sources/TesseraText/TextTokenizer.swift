/// Turns texts into the tokens that a model reads, and tokens into text.
///
/// ```swift
/// let tokenizer = try ModelFolder("roberta-base").textTokenizer()
/// let ids = tokenizer.encode("Snowdrops in February")?.ids
/// ```
///
/// Everything comes from the model's files. Where tokens stand in a text is counted in Unicode scalars.
public protocol TextTokenizer: Sendable {
    /// How many tokens there are; their ids go from 0 to one less.
    var tokenCount: Int { get }
    /// The most tokens of a text, as tokenizer_config.json has it; nil where it has none.
    var tokenLimit: Int? { get }
    /// What stands for a masked word, where there is such a token.
    var maskToken: Int32? { get }
    /// The token that stands for what the vocabulary lacks; nil where nothing does.
    var unknownToken: Int32? { get }
    /// What marks a token that does not begin a word, `##`; nil where nothing does.
    var continuation: String? { get }
    /// The ids of the special tokens, in the order of the files.
    var specialIDs: [Int32] { get }

    /// The tokens of a text, or of a pair, with those around it that the model expects.
    ///
    /// - Parameters:
    ///   - pair: the second text.
    ///   - limit: the most tokens, those around the text included.
    ///   - truncation: which text gives way.
    /// - Returns: nil where the tokenizer has no way to join pairs, or the text that is to give way is not long enough.
    func encode(_ text: String, pair: String?, limit: Int?, truncation: TruncationStrategy) -> EncodedText?

    /// The tokens of a text that is to be written, with those around it: translators have another vocabulary for it.
    ///
    /// - Parameter limit: the most tokens, those around the text included.
    /// - Returns: nil where there is no room.
    func encodeTarget(_ text: String, limit: Int?) -> EncodedText?

    /// The tokens of a text with none around it, as a prompt has them that brings its own.
    func encodeBare(_ text: String) -> EncodedText

    /// The tokens of a text in windows that overlap, each with those around it that the model expects.
    ///
    /// - Parameters:
    ///   - question: a text that stands before each window, whole.
    ///   - limit: the most tokens of a window, the question and those around the texts included.
    ///   - stride: how many tokens of the text a window shares with the one before; fewer than it has room for.
    /// - Returns: one window at least; none where there is no room for the text, or no way to join it with a question.
    func windows(of text: String, behind question: String?, limit: Int, stride: Int) -> [EncodedText]

    /// The text of tokens, as near as can be: what encoding left out is lost.
    ///
    /// - Parameter skippingSpecialTokens: whether special tokens are left out; their names appear otherwise.
    func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String

    /// The id of a token as the vocabulary spells it, `Ġthe`, `##ing`, `▁the`.
    func id(of token: String) -> Int32?

    /// The vocabulary's spelling of a token; nil for an id without a token.
    func token(_ id: Int32) -> String?

    /// Whether a token speaks to the model and not to the reader.
    func isSpecial(_ id: Int32) -> Bool
}

extension TextTokenizer {
    public func encodeTarget(_ text: String, limit: Int?) -> EncodedText? { encode(text, limit: limit) }

    /// The tokens of a text, or of a pair; of those that are too long together, the longer gives way first.
    ///
    /// - Parameters:
    ///   - pair: the second text.
    ///   - limit: the most tokens, those around the text included.
    /// - Returns: nil where the tokenizer has no way to join pairs, or no room.
    public func encode(_ text: String, pair: String? = nil, limit: Int? = nil) -> EncodedText? {
        encode(text, pair: pair, limit: limit, truncation: .longestFirst)
    }

    /// The tokens of a text in windows that overlap.
    ///
    /// - Parameters:
    ///   - limit: the most tokens of a window, those around the text included.
    ///   - stride: how many tokens a window shares with the one before.
    public func windows(of text: String, limit: Int, stride: Int) -> [EncodedText] {
        windows(of: text, behind: nil, limit: limit, stride: stride)
    }

    /// The text of tokens without the special ones.
    public func decode(_ ids: [Int32]) -> String { decode(ids, skippingSpecialTokens: true) }
}
