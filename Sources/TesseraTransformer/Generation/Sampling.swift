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
    private var found: [(tokens: [Int32], logProbability: Double, endToken: Int32?)]
    /// Which sequences are open, and what each of them is drawn with: one that ends leaves, and costs nothing any more.
    private var open: [Int]
    private var random: [RandomGenerator]

    /// How a token is drawn from its probabilities.
    public struct Settings: Sendable {
        /// 0 takes the likeliest token; higher ones flatten the distribution.
        public var temperature: Float
        /// How many of the likeliest tokens are drawn from; all where nil.
        public var topK: Int?
        /// The share of the distribution, likeliest tokens first, that is drawn from (Holtzman et al., 2020).
        public var topP: Float

        /// Takes the likeliest token each time, if not said otherwise.
        ///
        /// - Parameters:
        ///   - temperature: 0 takes the likeliest token; higher ones flatten the distribution.
        ///   - topK: how many of the likeliest tokens are drawn from; all where nil.
        ///   - topP: the share of the distribution, likeliest tokens first, that is drawn from.
        public init(temperature: Float = 0, topK: Int? = nil, topP: Float = 1) {
            (self.temperature, self.topK, self.topP) = (temperature, topK, topP)
        }

        /// The likeliest token each time.
        public static let greedy = Settings()
    }

    /// - Parameters:
    ///   - count: how many sequences.
    ///   - endTokens: each of them ends a sequence.
    public init(count: Int, endTokens: [Int32], _ settings: Settings = .greedy, random: RandomGenerator) {
        self.init(endTokens: endTokens, settings, random: (0..<count).map(random.part))
    }

    /// - Parameters:
    ///   - endTokens: each of them ends a sequence.
    ///   - random: what each sequence is drawn with, so that none depends on the others.
    public init(endTokens: [Int32], _ settings: Settings, random: [RandomGenerator]) {
        found = Array(repeating: ([], 0, nil), count: random.count)
        open = Array(random.indices)
        self.endTokens = endTokens
        self.settings = settings
        self.random = random
    }

    public var sequences: [[Int32]] { open.map { found[$0].tokens } }

    public mutating func advance(_ logits: Tensor) -> SearchStep? {
        let probabilities = logits.softmax()
        let chosen: [Int]
        if settings.temperature == 0 {
            chosen = logits.largestOfRows()
        } else {
            chosen = draws(from: settings.temperature == 1 ? probabilities : flattened(logits).softmax())
        }
        var remaining: [Int] = []
        for (row, token) in chosen.enumerated() {
            // Where nothing may follow, the sequence ends without a word about how likely that is.
            let probability = Double(probabilities[row, token])
            if probability > 0 { found[open[row]].logProbability += log(probability) }
            guard logits[row, token] > -.infinity else { continue }
            guard !endTokens.contains(Int32(token)) else {
                found[open[row]].endToken = Int32(token)
                continue
            }
            found[open[row]].tokens.append(Int32(token))
            remaining.append(row)
        }
        (open, random) = (remaining.map { open[$0] }, remaining.map { random[$0] })
        return open.isEmpty ? nil : SearchStep(tokens: remaining.map { Int32(chosen[$0]) }, sources: remaining)
    }

    public consuming func finished() -> [FoundSequence] {
        found.map { FoundSequence(tokens: $0.tokens, logProbability: $0.logProbability, endToken: $0.endToken) }
    }

    private func flattened(_ logits: Tensor) -> Tensor {
        var logits = logits
        // So small a temperature leaves the likeliest token alone; the inverse of a smaller one may be no number.
        logits *= 1 / max(settings.temperature, 1e-30)
        return logits
    }

    /// A token by chance for each sequence.
    private mutating func draws(from probabilities: Tensor) -> [Int] {
        let (settings, endToken) = (settings, Int(endTokens.first ?? 0))
        return probabilities.withValues { values in
            random.withUnsafeMutableBufferPointer { random in
                let vocabulary = values.count / max(1, random.count)
                return Threads.map(random.count) { row in
                    let candidates = settings.candidates(
                        UnsafeBufferPointer(rebasing: values[row * vocabulary..<(row + 1) * vocabulary]))
                    return Sampling.pick(candidates, &random[row]) ?? endToken
                }
            }
        }
    }

    /// One of the candidates, each as often as its probability says; nil where none has any.
    private static func pick(_ candidates: [Candidate], _ random: inout RandomGenerator) -> Int? {
        var rest = Double(random.nextUniform()) * candidates.reduce(0) { $0 + Double($1.probability) }
        for candidate in candidates {
            rest -= Double(candidate.probability)
            if rest < 0 { return candidate.token }
        }
        return candidates.last { $0.probability > 0 }?.token
    }

    fileprivate typealias Candidate = (token: Int, probability: Float)
}

extension Sampling.Settings {
    /// The tokens that may be drawn: the likeliest `topK` and what is as likely as the last of them, and of these the
    /// likeliest that together have the share `topP`, as transformers chooses them.
    fileprivate func candidates(_ probabilities: UnsafeBufferPointer<Float>) -> [Sampling.Candidate] {
        let least = topK.map { Sampling.Settings.largest($0, of: probabilities).last ?? 0 } ?? 0
        let likely = probabilities.indices.lazy.filter { probabilities[$0] >= least }.map { ($0, probabilities[$0]) }
        guard topP < 1 else { return Array(likely) }
        let ranked = likely.sorted { $0.1 > $1.1 }
        let share = Double(topP) * ranked.reduce(0) { $0 + Double($1.1) }
        var sum = 0.0
        let kept = ranked.prefix { candidate in
            defer { sum += Double(candidate.1) }
            return sum < share
        }
        // The likeliest token, whatever the share.
        return Array(kept.isEmpty ? ranked.prefix(1) : kept)
    }

    /// The largest of some values, in decreasing order.
    private static func largest(_ count: Int, of values: UnsafeBufferPointer<Float>) -> [Float] {
        var found: [Float] = []
        found.reserveCapacity(min(count, values.count) + 1)
        for value in values where found.count < count || value > found[count - 1] {
            let place = (found.lastIndex { $0 >= value } ?? -1) + 1
            found.insert(value, at: place)
            if found.count > count { found.removeLast() }
        }
        return found
    }
}
