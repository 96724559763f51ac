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
    mutating func advance(_ logits: consuming Tensor) -> SearchStep?

    /// What was found, each without the end token, ordered from the first to the last sequence.
    consuming func finished() -> [FoundSequence]
}

/// A sequence that a search found.
public struct FoundSequence: Sendable {
    /// Without the prompt and the end token.
    public let tokens: [Int32]
    /// The sum of its tokens' log-probabilities, the end token's included where it came.
    public let logProbability: Double
    /// Of each of its tokens; none where the search does not keep them.
    public let logProbabilities: [Double]
    /// What ended it; nil where it did not end by itself.
    public let endToken: Int32?

    init(tokens: [Int32], logProbability: Double, logProbabilities: [Double] = [], endToken: Int32? = nil) {
        (self.tokens, self.logProbability, self.endToken) = (tokens, logProbability, endToken)
        self.logProbabilities = logProbabilities
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
        generate(
            from: logits, cache: &cache, searches: [search], filters: filters, limit: limit, isCancelled: isCancelled)[
                0]
    }

    /// Continues the sequences of several searches together, a token of each at a time: each finds what it finds alone.
    ///
    /// - Parameters:
    ///   - logits: what follows the prompts, which the cache has read, one search after the other: `[sequences, vocabulary]`
    ///   - limit: the most tokens to choose of each, the end token included.
    ///   - isCancelled: asked before each token.
    /// - Returns: what each search found.
    public func generate<Search: TokenSearch>(
        from logits: Tensor, cache: inout KeyValueCache, searches: [Search], filters: [any LogitFilter] = [],
        limit: Int, isCancelled: () -> Bool = { false }
    ) -> [[FoundSequence]] {
        var (searches, logits) = (searches, logits)
        var open = Array(searches.indices)
        for number in 0..<limit where !isCancelled() {
            logits.filter(filters, after: open.flatMap { searches[$0].sequences })
            let steps = searches.advance(open, logits)
            let counts = cache.tokenCounts
            let isFull = steps.contains { $0.sources.contains { counts[$0] >= contextLength } }
            guard number < limit - 1, !isFull, !steps.isEmpty else { break }
            open = steps.map(\.search)
            cache.keepSequences(steps.flatMap(\.sources))
            logits = nextLogits(after: steps.flatMap(\.tokens).map { [$0] }, cache: &cache)
        }
        return searches.map { $0.finished() }
    }
}

extension Tensor {
    /// Applies filters to the logits of sequences, `[sequences, vocabulary]`.
    fileprivate mutating func filter(_ filters: [any LogitFilter], after sequences: [[Int32]]) {
        guard !filters.isEmpty else { return }
        let vocabulary = shape[rank - 1]
        withMutableValues { logits in
            for (row, tokens) in sequences.enumerated() {
                let one = UnsafeMutableBufferPointer(rebasing: logits[row * vocabulary..<(row + 1) * vocabulary])
                for filter in filters { filter.apply(to: one, after: tokens) }
            }
        }
    }
}

extension Array where Element: TokenSearch {
    /// Where a search goes, and of which rows of the cache.
    fileprivate struct Step: Sendable {
        let search: Int
        let tokens: [Int32]
        let sources: [Int]
    }

    /// Takes one more token of each open search; those of which nothing is left to be done are missing from what is returned.
    ///
    /// - Parameter logits: of the sequences of the searches at `open`, one search after the other.
    fileprivate mutating func advance(_ open: [Int], _ logits: Tensor) -> [Step] {
        let (searches, ends) = (self, open.map { self[$0].sequences.count }.runningSums)
        // Each goes its own way: so they can do it at the same time.
        let advanced = Threads.map(open.count) { place in
            var search = searches[open[place]]
            let first = place > 0 ? ends[place - 1] : 0
            let step =
                open.count == 1 ? search.advance(logits) : search.advance(logits.rows(first..<ends[place]))
            return (search: search, step: step, first: first)
        }
        return zip(open, advanced).compactMap { index, advanced in
            self[index] = advanced.search
            return advanced.step.map { step in
                Step(search: index, tokens: step.tokens, sources: step.sources.map { advanced.first + $0 })
            }
        }
    }
}

extension [Int] {
    fileprivate var runningSums: [Int] {
        var sum = 0
        return map { value in
            sum += value
            return sum
        }
    }
}
