#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What a model wrote behind a text.
public struct TextCompletion: Sendable, Equatable {
    /// Why a completion ends.
    public enum Finish: String, Sendable {
        /// The model wrote an end token, or a text came before which it was to end.
        case stop
        /// There was no room for another token.
        case length
    }

    /// What was written, without the text that it completes.
    public let output: String
    /// Its tokens, the end token included where the model wrote one.
    public let tokens: [Int32]
    /// How likely the model called each of them, before anything was filtered: natural logarithms.
    public let logProbabilities: [Float]
    /// Why it ends.
    public let finish: Finish
    /// By what beams are ranked: the tokens' log-probability over their number to the power of the length penalty; nil where there were
    /// none.
    public let score: Double?
}

/// How likely a model calls a text.
public struct TextScore: Sendable, Equatable {
    /// The text's tokens, with those around it that the model expects.
    public let tokens: [Int32]
    /// How likely each of them but the first is behind those before it: natural logarithms.
    public let logProbabilities: [Float]

    /// The inverse of the tokens' probabilities, as a geometric mean: 1 where each was certain; nil where no token follows another.
    public var perplexity: Double? {
        guard !logProbabilities.isEmpty else { return nil }
        let sum = logProbabilities.reduce(0) { $0 + Double($1) }
        return exp(-sum / Double(logProbabilities.count))
    }
}
