public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a model of masked words: the cross-entropy of each hidden token (Devlin et al., 2019, 3.1).
public struct MaskedLanguageModelling: TrainingObjective {
    public static var hasLabels: Bool { false }

    /// What the forward pass leaves out at random.
    public var regularization: Regularization

    /// A training that leaves out what `regularization` says; nothing if not said otherwise.
    public init(regularization: Regularization = .none) { self.regularization = regularization }

    public func accumulate(
        _ model: TextEncoder, _ batch: MaskedTextBatch, scale: Float, random: RandomGenerator,
        into gradient: inout TextEncoder
    ) -> LossReport {
        let (logits, saved) = model.forwardWords(
            batch.encoded, places: batch.places, for: gradient, regularization: regularization, random: random)
        var (losses, logitsGradient) = CrossEntropy()(logits, labels: batch.words)
        logitsGradient *= scale * batch.weight
        model.backwardWords(logitsGradient, saved, into: &gradient)
        return report(losses, batch)
    }

    public func evaluate(_ model: TextEncoder, _ batch: MaskedTextBatch) -> LossReport {
        let logits = model.wordLogits(of: batch.encoded, places: batch.places)
        return report(CrossEntropy()(logits, labels: batch.words).losses, batch)
    }

    private func report(_ losses: [Double], _ batch: MaskedTextBatch) -> LossReport {
        LossReport(lossSum: losses.reduce(0, +) * Double(batch.weight), sampleCount: batch.count)
    }
}
