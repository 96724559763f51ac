public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a model of masked words: the cross-entropy of each hidden token (Devlin et al., 2019, 3.1) and, where there is a
/// teacher, of what it thinks of them, and the cosine distance of hidden states from its own (Sanh et al., 2019).
public struct MaskedLanguageModelling: TrainingObjective {
    public static var hasLabels: Bool { false }

    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let teacher: MaskedWordTeacher?

    /// - Parameters:
    ///   - regularization: what the forward pass leaves out at random.
    ///   - teacher: what is learned from beside the texts.
    public init(regularization: Regularization = .none, teacher: MaskedWordTeacher? = nil) {
        (self.regularization, self.teacher) = (regularization, teacher)
    }

    public func accumulate(
        _ model: TextEncoder, _ batch: MaskedTextBatch, scale: Float, random: RandomGenerator,
        into gradient: inout TextEncoder
    ) -> LossReport {
        let (logits, states, saved) = model.forwardWords(
            batch.encoded, places: batch.places, for: gradient, regularization: regularization, random: random)
        var words = CrossEntropy()(logits, labels: batch.words)
        var distance: (sum: Double, gradient: Tensor)?
        if let teacher {
            let taught = teacher.encoder.words(of: batch.encoded, places: batch.places)
            words = teacher.distillation.mixed(words, logits, teacher: taught.logits)
            if teacher.statesWeight > 0 {
                let found = distances(states, taught.states, batch)
                distance = (found.sum * Double(teacher.statesWeight), found.gradient)
                distance?.gradient *= scale * teacher.statesWeight
            }
        }
        words.gradient *= scale * batch.weight
        model.backwardWords(words.gradient, states: distance?.gradient, saved, into: &gradient)
        return report(words.losses, batch, adding: distance?.sum ?? 0)
    }

    /// The distances of hidden states, and the gradient of their sum: each text counts as one, whatever the batch's texts are long.
    private func distances(
        _ states: Tensor, _ taught: Tensor, _ batch: MaskedTextBatch
    ) -> (sum: Double, gradient: Tensor) {
        let length = states.shape[0] / max(1, batch.count)
        let rows = batch.encoded.enumerated().flatMap { text, tokens in
            text * length..<text * length + tokens.count
        }
        var (losses, gradient) = CosineDistance()(states.gatheringRows(rows), taught.gatheringRows(rows))
        gradient *= batch.tokenWeight
        var all = Tensor(shape: states.shape, repeating: 0)
        all.addRows(gradient, at: rows)
        return (losses.reduce(0, +) * Double(batch.tokenWeight), all)
    }

    public func evaluate(_ model: TextEncoder, _ batch: MaskedTextBatch) -> LossReport {
        let logits = model.words(of: batch.encoded, places: batch.places).logits
        return report(CrossEntropy()(logits, labels: batch.words).losses, batch)
    }

    private func report(_ losses: [Double], _ batch: MaskedTextBatch, adding sum: Double = 0) -> LossReport {
        LossReport(lossSum: losses.reduce(0, +) * Double(batch.weight) + sum, sampleCount: batch.count)
    }
}
