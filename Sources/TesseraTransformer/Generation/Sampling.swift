public import TesseraLayers
public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Takes the likeliest token each time, or, at a temperature, one by chance.
public struct Sampling: TokenSearch {
    private let endTokens: [Int32]
    private let settings: Settings
    private let keepsLogProbabilities: Bool
    private var found: [(tokens: [Int32], logProbability: Double, logProbabilities: [Double], endToken: Int32?)]
    /// Which sequences are open, and what each of them is drawn with: one that ends leaves, and costs nothing any more.
    private var open: [Int]
    private var random: [RandomGenerator]

    /// - Parameters:
    ///   - count: how many sequences.
    ///   - endTokens: each of them ends a sequence.
    ///   - keepsLogProbabilities: whether it is wanted how likely what is found is; else it is 0, and the likeliest tokens cost less.
    public init(
        count: Int, endTokens: [Int32], _ settings: Settings = .greedy, random: RandomGenerator,
        keepsLogProbabilities: Bool = true
    ) {
        self.init(
            endTokens: endTokens, settings, random: (0..<count).map(random.part),
            keepsLogProbabilities: keepsLogProbabilities)
    }

    /// - Parameters:
    ///   - endTokens: each of them ends a sequence.
    ///   - random: what each sequence is drawn with, so that none depends on the others.
    ///   - keepsLogProbabilities: whether it is wanted how likely what is found is.
    public init(
        endTokens: [Int32], _ settings: Settings, random: [RandomGenerator], keepsLogProbabilities: Bool = true
    ) {
        self.keepsLogProbabilities = keepsLogProbabilities
        found = Array(repeating: ([], 0, [], nil), count: random.count)
        open = Array(random.indices)
        self.endTokens = endTokens
        self.settings = settings
        self.random = random
    }

    public var sequences: [[Int32]] { open.map { found[$0].tokens } }

    public mutating func advance(_ logits: consuming Tensor) -> SearchStep? {
        let chosen: [Int]
        let probabilities = keepsLogProbabilities ? logits.softmax() : nil
        switch settings.temperature {
        case 0: chosen = logits.largestOfRows()
        case 1: chosen = draws(from: probabilities ?? logits.softmax())
        default: chosen = draws(from: settings.probabilities(logits))
        }
        var remaining: [Int] = []
        for (row, token) in chosen.enumerated() {
            // Where nothing may follow, the sequence ends without a word about how likely that is.
            let probability = probabilities.map { Double($0[row, token]) }
            if let probability, probability > 0 { found[open[row]].logProbability += log(probability) }
            guard logits[row, token] > -.infinity else { continue }
            guard !endTokens.contains(Int32(token)) else {
                found[open[row]].endToken = Int32(token)
                continue
            }
            found[open[row]].tokens.append(Int32(token))
            if let probability {
                found[open[row]].logProbabilities.append(log(max(probability, .leastNonzeroMagnitude)))
            }
            remaining.append(row)
        }
        (open, random) = (remaining.map { open[$0] }, remaining.map { random[$0] })
        return open.isEmpty ? nil : SearchStep(tokens: remaining.map { Int32(chosen[$0]) }, sources: remaining)
    }

    public consuming func finished() -> [FoundSequence] {
        found.map {
            FoundSequence(
                tokens: $0.tokens, logProbability: $0.logProbability, logProbabilities: $0.logProbabilities,
                endToken: $0.endToken)
        }
    }

    /// A token by chance for each sequence.
    private mutating func draws(from probabilities: Tensor) -> [Int] {
        let (settings, endToken) = (settings, Int(endTokens.first ?? 0))
        return probabilities.withValues { values in
            random.withUnsafeMutableBufferPointer { random in
                let vocabulary = values.count / max(1, random.count)
                return Threads.map(random.count) { row in
                    let probabilities = UnsafeBufferPointer(rebasing: values[row * vocabulary..<(row + 1) * vocabulary])
                    return settings.pick(probabilities, &random[row]) ?? endToken
                }
            }
        }
    }
}
