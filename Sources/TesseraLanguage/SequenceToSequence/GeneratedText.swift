/// A text that a model wrote.
public struct GeneratedText: Sendable, Equatable {
    /// The text.
    public let text: String
    /// Its tokens, the end token included where the model wrote one.
    public let tokens: [Int32]
    /// By what beams are ranked: the tokens' log-probability over their number to the power of the length penalty; nil where the
    /// likeliest token was taken each time.
    public let score: Double?
    /// Whether what was read has more tokens than the model reads, and its end counted for nothing.
    public let isTruncated: Bool
}
