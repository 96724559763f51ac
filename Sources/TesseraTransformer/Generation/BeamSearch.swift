public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Keeps the likeliest beams, as openai/whisper does: a beam that ends leaves its place to the next best, and the search is over
/// when `count * patience` beams have ended (Kasai et al., 2022).
public struct BeamSearch: TokenSearch {
    public private(set) var sequences: [[Int32]]
    private let endToken: Int32
    private let count: Int
    /// How many ended beams are enough.
    private let wanted: Int
    private var logProbabilities: [Double]
    /// Of each token of each beam.
    private var ofTokens: [[Double]]
    private var ended: [FoundSequence] = []

    /// - Parameters:
    ///   - count: how many beams.
    ///   - patience: 1 stops when as many beams have ended as there are.
    public init(count: Int, endToken: Int32, patience: Double = 1) {
        sequences = Array(repeating: [], count: count)
        logProbabilities = Array(repeating: 0, count: count)
        ofTokens = Array(repeating: [], count: count)
        self.count = count
        self.endToken = endToken
        wanted = max(1, Int((Double(count) * patience).rounded()))
    }

    public mutating func advance(_ logits: consuming Tensor) -> SearchStep? {
        var candidates: [(source: Int, token: Int32, score: Double)] = []
        for (row, best) in logits.likeliest(count + 1).enumerated() {
            // At first all beams are one.
            guard row == 0 || !sequences[row].isEmpty else { break }
            candidates += best.map { (row, Int32($0.token), logProbabilities[row] + $0.logProbability) }
        }
        candidates.sort { $0.score > $1.score }
        var next: (tokens: [Int32], sources: [Int], scores: [Double]) = ([], [], [])
        var newlyEnded: [FoundSequence] = []
        for candidate in candidates {
            guard candidate.token != endToken else {
                newlyEnded.append(
                    FoundSequence(
                        tokens: sequences[candidate.source], logProbability: candidate.score,
                        logProbabilities: ofTokens[candidate.source], endToken: endToken))
                continue
            }
            next.tokens.append(candidate.token)
            next.sources.append(candidate.source)
            next.scores.append(candidate.score)
            if next.tokens.count == count { break }
        }
        ended += newlyEnded.prefix(max(0, wanted - ended.count))
        // Where nothing may follow, the beams stay what they are.
        guard !next.tokens.isEmpty else { return nil }
        sequences = zip(next.sources, next.tokens).map { sequences[$0] + [$1] }
        ofTokens = zip(next.sources, next.scores).map { ofTokens[$0] + [$1 - logProbabilities[$0]] }
        logProbabilities = next.scores
        return ended.count >= wanted ? nil : SearchStep(tokens: next.tokens, sources: next.sources)
    }

    /// Those that ended, then, where they are fewer than the beams, the best that did not.
    public consuming func finished() -> [FoundSequence] {
        let open = sequences.indices.sorted { logProbabilities[$0] > logProbabilities[$1] }
        return ended
            + open.prefix(max(0, count - ended.count)).map { beam in
                FoundSequence(
                    tokens: sequences[beam], logProbability: logProbabilities[beam], logProbabilities: ofTokens[beam])
            }
    }
}

extension Tensor {
    /// The `count` likeliest entries of each row of logits, best first, with their log-probabilities.
    func likeliest(_ count: Int) -> [[(token: Int, logProbability: Double)]] {
        softmax().largest(count).map { best in
            best.filter { $0.value > 0 }.map { ($0.index, log(Double($0.value))) }
        }
    }
}
