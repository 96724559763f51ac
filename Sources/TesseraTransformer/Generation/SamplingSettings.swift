package import TesseraLayers
package import TesseraTensor

extension Sampling {
    /// How a token is drawn from its probabilities.
    public struct Settings: Sendable {
        /// 0 takes the likeliest token; higher ones flatten the distribution.
        public var temperature: Float
        /// How many of the likeliest tokens are drawn from; all where nil.
        public var topK: Int?
        /// The share of the distribution, likeliest tokens first, that is drawn from (Holtzman et al., 2020).
        public var topP: Float
        /// Tokens less likely than this share of the likeliest are not drawn (Nguyen et al., 2024).
        public var minP: Float

        /// Takes the likeliest token each time, if not said otherwise.
        ///
        /// - Parameters:
        ///   - temperature: 0 takes the likeliest token; higher ones flatten the distribution.
        ///   - topK: how many of the likeliest tokens are drawn from; all where nil.
        ///   - topP: the share of the distribution, likeliest tokens first, that is drawn from.
        ///   - minP: tokens less likely than this share of the likeliest are not drawn.
        public init(temperature: Float = 0, topK: Int? = nil, topP: Float = 1, minP: Float = 0) {
            (self.temperature, self.topK, self.topP, self.minP) = (temperature, topK, topP, minP)
        }

        /// The likeliest token each time.
        public static let greedy = Settings()
    }
}

extension Sampling.Settings {
    package typealias Candidate = (token: Int, probability: Float)

    /// Probabilities at this temperature, `[sequences, vocabulary]`.
    package func probabilities(_ logits: Tensor) -> Tensor {
        var logits = logits
        // So small a temperature leaves the likeliest token alone; the inverse of a smaller one may be no number.
        logits *= 1 / max(temperature, 1e-30)
        return logits.softmax()
    }

    /// One of the tokens that may be drawn, each as often as its probability says; nil where none has any.
    package func pick(_ probabilities: UnsafeBufferPointer<Float>, _ random: inout RandomGenerator) -> Int? {
        let candidates = candidates(probabilities)
        var rest = Double(random.nextUniform()) * candidates.reduce(0) { $0 + Double($1.probability) }
        for candidate in candidates {
            rest -= Double(candidate.probability)
            if rest < 0 { return candidate.token }
        }
        return candidates.last { $0.probability > 0 }?.token
    }

    /// The tokens that may be drawn: the likeliest `topK` and what is as likely as the last of them, of these the likeliest that
    /// together have the share `topP`, and of these what is not far less likely than the likeliest; as transformers chooses them.
    package func candidates(_ probabilities: UnsafeBufferPointer<Float>) -> [Candidate] {
        let least = topK.flatMap { probabilities.largest($0).last?.value } ?? 0
        var likely: [Candidate] = []
        for token in probabilities.indices where probabilities[token] >= least {
            likely.append((token, probabilities[token]))
        }
        if topP < 1 { likely = likeliestShare(of: likely) }
        guard minP > 0 else { return likely }
        let bound = minP * (likely.map(\.probability).max() ?? 0)
        return likely.filter { $0.probability >= bound }
    }

    /// The likeliest candidates that together have the share `topP`; the likeliest of all, whatever the share.
    private func likeliestShare(of candidates: [Candidate]) -> [Candidate] {
        let all = candidates.reduce(0) { $0 + Double($1.probability) }
        // All that are less likely than this have less than the rest together: they need not be put in order.
        let bound = Float(0.99 * (1 - Double(topP)) * all / Double(max(1, candidates.count)))
        let ranked = candidates.filter { $0.probability >= bound }.sorted { $0.probability > $1.probability }
        var sum = 0.0
        let kept = ranked.prefix { candidate in
            defer { sum += Double(candidate.probability) }
            return sum < Double(topP) * all
        }
        return Array(kept.isEmpty ? ranked.prefix(1) : kept)
    }
}
