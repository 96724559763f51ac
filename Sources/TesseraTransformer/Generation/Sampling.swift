public import TesseraLayers
public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Takes the likeliest token each time, or, at a temperature, one by chance.
public struct Sampling: TokenSearch {
    public private(set) var sequences: [[Int32]]
    private let endToken: Int32
    private let settings: Settings
    private var random: RandomGenerator
    private var logProbabilities: [Double]
    private var isFinished: [Bool]

    public struct Settings: Sendable {
        /// 0 takes the likeliest token; higher ones flatten the distribution.
        public var temperature: Float
        /// How many of the likeliest tokens are drawn from; all where nil.
        public var topK: Int?
        /// The share of the distribution, likeliest tokens first, that is drawn from (Holtzman et al., 2020).
        public var topP: Float

        public init(temperature: Float = 0, topK: Int? = nil, topP: Float = 1) {
            (self.temperature, self.topK, self.topP) = (temperature, topK, topP)
        }

        public static let greedy = Settings()
    }

    /// - Parameter count: how many sequences.
    public init(count: Int, endToken: Int32, _ settings: Settings = .greedy, random: RandomGenerator) {
        sequences = Array(repeating: [], count: count)
        logProbabilities = Array(repeating: 0, count: count)
        isFinished = Array(repeating: false, count: count)
        self.endToken = endToken
        self.settings = settings
        self.random = random
    }

    public mutating func advance(_ logits: Tensor) -> SearchStep? {
        let probabilities = logits.softmax()
        let chosen: [Int]
        if settings.temperature == 0 {
            chosen = logits.largestOfRows()
        } else {
            var flattened = logits
            flattened *= 1 / settings.temperature
            chosen = flattened.softmax().withValues { values in
                let vocabulary = values.count / sequences.count
                return sequences.indices.map { draw(values[$0 * vocabulary..<($0 + 1) * vocabulary]) }
            }
        }
        var next: [Int32] = []
        for (row, token) in chosen.enumerated() {
            guard !isFinished[row] else {
                next.append(endToken)
                continue
            }
            // Where nothing may follow, the sequence ends without a word about how likely that is.
            let probability = Double(probabilities[row, token])
            if probability > 0 { logProbabilities[row] += log(probability) }
            isFinished[row] = token == Int(endToken) || probability == 0
            if !isFinished[row] { sequences[row].append(Int32(token)) }
            next.append(isFinished[row] ? endToken : Int32(token))
        }
        return isFinished.allSatisfy(\.self) ? nil : SearchStep(tokens: next, sources: Array(sequences.indices))
    }

    public consuming func finished() -> [FoundSequence] {
        zip(sequences, logProbabilities).map { FoundSequence(tokens: $0, logProbability: $1) }
    }

    /// A token by chance.
    private mutating func draw(_ probabilities: Slice<UnsafeBufferPointer<Float>>) -> Int {
        let start = probabilities.startIndex
        guard settings.topK != nil || settings.topP < 1 else {
            return pick(probabilities.indices.map { ($0 - start, probabilities[$0]) })
        }
        let ranked = probabilities.indices.map { ($0 - start, probabilities[$0]) }.sorted { $0.1 > $1.1 }
        var kept: [(Int, Float)] = []
        var sum: Float = 0
        for candidate in ranked.prefix(settings.topK ?? ranked.count) where sum < settings.topP {
            kept.append(candidate)
            sum += candidate.1
        }
        return pick(kept)
    }

    private mutating func pick(_ candidates: [(token: Int, probability: Float)]) -> Int {
        var rest = Double(random.nextUniform()) * candidates.reduce(0) { $0 + Double($1.probability) }
        for candidate in candidates {
            rest -= Double(candidate.probability)
            if rest < 0 { return candidate.token }
        }
        return candidates.last { $0.probability > 0 }?.token ?? Int(endToken)
    }
}
