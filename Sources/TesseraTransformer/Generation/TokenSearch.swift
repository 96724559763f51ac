public import TesseraTensor

/// Where a search goes from one token to the next.
public struct SearchStep: Sendable {
    /// What each sequence is continued with.
    public let tokens: [Int32]
    /// Which sequence each of them continues.
    public let sources: [Int]
}

/// Chooses what sequences are continued with: greedily, by chance, or keeping the likeliest beams.
public protocol TokenSearch {
    /// The tokens chosen so far of each sequence that is still open, without the prompt.
    var sequences: [[Int32]] { get }

    /// Takes one more token a sequence.
    ///
    /// - Parameter logits: `[sequences, vocabulary]`, with -infinity where a token is not allowed.
    /// - Returns: how to go on, or nil where nothing is left to be done.
    mutating func advance(_ logits: Tensor) -> SearchStep?

    /// What was found, each without the end token, ordered from the first to the last sequence.
    consuming func finished() -> [FoundSequence]
}

/// A sequence that a search found.
public struct FoundSequence: Sendable {
    /// Without the prompt and the end token.
    public let tokens: [Int32]
    /// The sum of its tokens' log-probabilities, the end token's included where it came.
    public let logProbability: Double
}

/// Forbids tokens: sets their logits to -infinity.
public protocol LogitFilter: Sendable {
    /// - Parameters:
    ///   - logits: of one sequence, `[vocabulary]`
    ///   - tokens: what was chosen for it so far, without the prompt.
    func apply(to logits: UnsafeMutableBufferPointer<Float>, after tokens: [Int32])
}

/// Never lets these tokens through.
public struct SuppressedTokens: LogitFilter {
    private let tokens: [Int]
    private let onlyFirst: Bool

    /// - Parameter onlyFirst: whether they are forbidden for the first token alone.
    public init(_ tokens: [Int32], onlyFirst: Bool = false) {
        self.tokens = tokens.map(Int.init)
        self.onlyFirst = onlyFirst
    }

    public func apply(to logits: UnsafeMutableBufferPointer<Float>, after chosen: [Int32]) {
        guard !onlyFirst || chosen.isEmpty else { return }
        for token in tokens where token < logits.count { logits[token] = -.infinity }
    }
}

extension TokenDecoder {
    /// Continues sequences token by token.
    ///
    /// - Parameters:
    ///   - logits: what follows the prompt, which the cache has read: `[sequences, vocabulary]`
    ///   - limit: the most tokens to choose, the end token included.
    ///   - isCancelled: asked before each token.
    public func generate<Search: TokenSearch>(
        from logits: Tensor, cache: inout KeyValueCache, search: Search, filters: [any LogitFilter] = [], limit: Int,
        isCancelled: () -> Bool = { false }
    ) -> [FoundSequence] {
        var (search, logits) = (search, logits)
        for number in 0..<limit where !isCancelled() {
            let sequences = search.sequences
            let vocabulary = vocabularySize
            logits.withMutableValues { logits in
                for (row, tokens) in sequences.enumerated() {
                    let one = UnsafeMutableBufferPointer(rebasing: logits[row * vocabulary..<(row + 1) * vocabulary])
                    for filter in filters { filter.apply(to: one, after: tokens) }
                }
            }
            guard let step = search.advance(logits), number < limit - 1,
                cache.tokenCounts.allSatisfy({ $0 < contextLength })
            else {
                break
            }
            cache.keepSequences(step.sources)
            logits = nextLogits(after: step.tokens.map { [$0] }, cache: &cache)
        }
        return search.finished()
    }
}
