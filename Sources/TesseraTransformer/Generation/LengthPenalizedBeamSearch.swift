public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Keeps the likeliest beams and ranks those that ended by `logProbability / length ^ lengthPenalty`, as transformers'
/// `generate(num_beams:)` does. For Speech2Text, Marian, BART, T5 and language models.
public struct LengthPenalizedBeamSearch: TokenSearch {
    /// When a search is over before its limit.
    public enum EarlyStopping: Sendable, Equatable {
        /// Once the best open beam, as long as it is, is not better than the worst of the best that ended.
        case whenUnlikely
        /// Once as many beams have ended as there are.
        case always
        /// Once the best open beam, were it as long as it may get, is not better than the worst of the best that ended.
        case never
    }

    /// How sequences are ranked, and which may come.
    public struct Rules: Sendable {
        /// Each of them ends a sequence.
        public var endTokens: [Int32]
        /// Above 0 long sequences are preferred.
        public var lengthPenalty = 1.0
        /// The most tokens; beams of that length count as ended.
        public var limit: Int
        /// When the search is over before.
        public var earlyStopping = EarlyStopping.whenUnlikely
        /// Applied to log-probabilities.
        public var filters: [any LogitFilter] = []
        /// Whether what the filters left is made probabilities again.
        public var renormalizes = false

        /// - Parameters:
        ///   - endTokens: each of them ends a sequence.
        ///   - limit: the most tokens, the end token included.
        public init(endTokens: [Int32], limit: Int) { (self.endTokens, self.limit) = (endTokens, limit) }
    }

    public private(set) var sequences: [[Int32]] = [[]]
    private let count: Int
    private let rules: Rules
    private var logProbabilities = [0.0]
    /// The best that ended, best first, at most `count`.
    private var ended: [(sequence: FoundSequence, score: Double)] = []

    /// A search that begins with one sequence.
    ///
    /// - Parameter count: how many beams.
    public init(count: Int, _ rules: Rules) { (self.count, self.rules) = (count, rules) }

    private typealias Candidate = (source: Int, token: Int32, score: Double)

    public mutating func advance(_ logits: consuming Tensor) -> SearchStep? {
        let candidates = candidates(consume logits)
        let length = (sequences.first?.count ?? 0) + 1
        var open: [Candidate] = []
        for (rank, candidate) in candidates.enumerated() {
            let isEnd = rules.endTokens.contains(candidate.token)
            if !isEnd && length < rules.limit {
                if open.count < count { open.append(candidate) }
            } else if rank < count {
                // Candidates behind the first `count` only stand in for those that ended.
                end(candidate, isEnd, length)
            }
        }
        // Where nothing may follow, the beams stay what they are.
        guard let best = open.first else { return nil }
        sequences = open.map { sequences[$0.source] + [$0.token] }
        logProbabilities = open.map(\.score)
        guard isOpen(best.score, length) else { return nil }
        return SearchStep(tokens: open.map(\.token), sources: open.map(\.source))
    }

    /// The best first: as many as surely leave `count` that do not end.
    private func candidates(_ logits: consuming Tensor) -> [Candidate] {
        let wanted = max(2, 1 + rules.endTokens.count) * count
        var candidates: [Candidate] = []
        for (row, best) in scored(consume logits).largest(wanted).enumerated() {
            candidates += best.map { (row, Int32($0.index), logProbabilities[row] + Double($0.value)) }
        }
        candidates.sort { $0.score > $1.score }
        return Array(candidates.prefix(wanted))
    }

    /// What counts for each token: its log-probability, if the filters leave it.
    private func scored(_ logits: consuming Tensor) -> Tensor {
        guard !rules.filters.isEmpty else { return (consume logits).logSoftmax() }
        // What is made probabilities again need not be before, where filters do nothing but forbid.
        if rules.renormalizes, rules.filters.allSatisfy(\.onlyForbids) {
            return filtered(consume logits).logSoftmax()
        }
        let scores = filtered((consume logits).logSoftmax())
        return rules.renormalizes ? (consume scores).logSoftmax() : scores
    }

    private func filtered(_ scores: consuming Tensor) -> Tensor {
        let (sequences, filters, vocabulary) = (sequences, rules.filters, scores.shape[1])
        scores.withMutableValues { scores in
            for (row, tokens) in sequences.enumerated() {
                let one = UnsafeMutableBufferPointer(rebasing: scores[row * vocabulary..<(row + 1) * vocabulary])
                for filter in filters { filter.apply(to: one, after: tokens) }
            }
        }
        return scores
    }

    private mutating func end(_ candidate: Candidate, _ isEnd: Bool, _ length: Int) {
        let found = FoundSequence(
            tokens: sequences[candidate.source] + (isEnd ? [] : [candidate.token]), logProbability: candidate.score,
            endToken: isEnd ? candidate.token : nil)
        let score = candidate.score / pow(Double(length), rules.lengthPenalty)
        ended.insert((found, score), at: ended.firstIndex { $0.score < score } ?? ended.count)
        if ended.count > count { ended.removeLast() }
    }

    /// Whether a beam could still be among the best.
    private func isOpen(_ best: Double, _ length: Int) -> Bool {
        guard ended.count == count else { return true }
        let longest = rules.earlyStopping == .never && rules.lengthPenalty > 0 ? rules.limit : length
        return rules.earlyStopping != .always
            && best / pow(Double(longest), rules.lengthPenalty) > ended[count - 1].score
    }

    /// The best first.
    public consuming func finished() -> [FoundSequence] {
        ended.isEmpty
            ? zip(sequences, logProbabilities).map { FoundSequence(tokens: $0, logProbability: $1) }
            : ended.map(\.sequence)
    }
}

extension FoundSequence {
    /// What transformers ranks sequences by: the log-probability over the length, the end token counted, to that power.
    public func score(lengthPenalty: Double) -> Double {
        logProbability / pow(Double(max(1, tokens.count + (endToken == nil ? 0 : 1))), lengthPenalty)
    }
}
