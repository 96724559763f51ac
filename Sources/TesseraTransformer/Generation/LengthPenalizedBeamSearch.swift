public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Keeps the likeliest beams and ranks those that ended by `logProbability / length ^ lengthPenalty`, as transformers'
/// `generate(num_beams:)` does without early stopping: the search goes on while an open beam could still beat the worst of the
/// best. For Speech2Text and T5.
public struct LengthPenalizedBeamSearch: TokenSearch {
    public private(set) var sequences: [[Int32]]
    private let endToken: Int32
    private let count: Int
    private let lengthPenalty: Double
    private let limit: Int
    private var logProbabilities: [Double]
    /// The best that ended, best first, at most `count`.
    private var ended: [(sequence: FoundSequence, score: Double)] = []

    /// - Parameters:
    ///   - count: how many beams.
    ///   - lengthPenalty: above 0 long sequences are preferred.
    ///   - limit: the most tokens; beams of that length count as ended.
    public init(count: Int, endToken: Int32, lengthPenalty: Double = 1, limit: Int) {
        sequences = Array(repeating: [], count: count)
        logProbabilities = [0] + Array(repeating: -.infinity, count: count - 1)
        self.count = count
        self.endToken = endToken
        self.lengthPenalty = lengthPenalty
        self.limit = limit
    }

    public mutating func advance(_ logits: Tensor) -> SearchStep? {
        var candidates: [(source: Int, token: Int32, score: Double)] = []
        for (row, best) in logits.likeliest(2 * count).enumerated() where logProbabilities[row] > -.infinity {
            candidates += best.map { (row, Int32($0.token), logProbabilities[row] + $0.logProbability) }
        }
        candidates.sort { $0.score > $1.score }
        candidates.removeLast(max(0, candidates.count - 2 * count))
        let length = (sequences.first?.count ?? 0) + 1
        let divisor = pow(Double(length), lengthPenalty)
        var open: [(source: Int, token: Int32, score: Double)] = []
        for (rank, candidate) in candidates.enumerated() {
            guard candidate.token == endToken || length == limit else {
                if open.count < count { open.append(candidate) }
                continue
            }
            // Candidates behind the first `count` only stand in for those that ended.
            guard rank < count else { continue }
            let tokens = sequences[candidate.source] + (candidate.token == endToken ? [] : [candidate.token])
            let found = FoundSequence(tokens: tokens, logProbability: candidate.score)
            let score = candidate.score / divisor
            let place = ended.firstIndex { $0.score < score } ?? ended.count
            ended.insert((found, score), at: place)
            if ended.count > count { ended.removeLast() }
        }
        // Where nothing may follow, the beams stay what they are.
        guard let best = open.first else { return nil }
        sequences = open.map { sequences[$0.source] + [$0.token] }
        logProbabilities = open.map(\.score)
        guard ended.count < count || best.score / divisor > ended[count - 1].score else { return nil }
        return SearchStep(tokens: open.map(\.token), sources: open.map(\.source))
    }

    /// The best first.
    public consuming func finished() -> [FoundSequence] {
        ended.isEmpty
            ? zip(sequences, logProbabilities).map { FoundSequence(tokens: $0, logProbability: $1) }
            : ended.map(\.sequence)
    }
}
