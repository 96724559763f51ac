package import TesseraTensor

/// One label that an input, a picture or a text, may have.
public struct Prediction: Sendable, Equatable {
    /// The label's name in config.json.
    public let label: String
    /// The label's index.
    public let index: Int
    /// The model's probability for it, 0 … 1.
    public let score: Float
    /// What the score was computed from.
    public let logit: Float

    /// - Parameters:
    ///   - label: the name in config.json.
    ///   - index: the label's.
    ///   - score: its probability, 0 … 1.
    ///   - logit: what the score was computed from.
    public init(label: String, index: Int, score: Float, logit: Float) {
        (self.label, self.index, self.score, self.logit) = (label, index, score, logit)
    }
}

extension Tensor {
    /// The labels that logits `[batch, labels]` stand for, best first.
    ///
    /// - Parameters:
    ///   - labels: their names, by index.
    ///   - topK: how many to give.
    package func predictions(_ labels: [String], _ scores: LabelScores, topK: Int) -> [[Prediction]] {
        let probabilities = scores == .softmax ? softmax() : sigmoid()
        return withValues { logits in
            probabilities.withValues { probabilities in
                (0..<logits.count / labels.count).map { item in
                    let row = item * labels.count
                    let order = labels.indices.sorted { (logits[row + $0], $1) > (logits[row + $1], $0) }
                    return order.prefix(topK).map {
                        Prediction(
                            label: labels[$0], index: $0, score: probabilities[row + $0], logit: logits[row + $0])
                    }
                }
            }
        }
    }
}
