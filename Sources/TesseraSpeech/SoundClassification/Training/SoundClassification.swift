public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a classifier of sounds: the cross-entropy between its labels' probabilities and the right ones.
public struct SoundClassification: TrainingObjective {
    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let smoothed: CrossEntropy

    /// A training of the plain cross-entropy that leaves nothing out, if not said otherwise.
    ///
    /// - Parameters:
    ///   - labelSmoothing: the share of each target that is spread over all classes (Szegedy et al., 2016); none in validation.
    ///   - regularization: what the forward pass leaves out.
    public init(labelSmoothing: Float = 0, regularization: Regularization = .none) {
        (smoothed, self.regularization) = (CrossEntropy(labelSmoothing: labelSmoothing), regularization)
    }

    public func accumulate(
        _ model: SpectrogramTransformer, _ batch: SpectrogramBatch, scale: Float, random: RandomGenerator,
        into gradient: inout SpectrogramTransformer
    ) -> LossReport {
        let (logits, saved) = model.forward(
            batch.spectrograms, for: gradient, regularization: regularization, random: random)
        var (losses, logitsGradient) = smoothed(logits, labels: batch.labels)
        logitsGradient *= scale
        model.backward(logitsGradient, saved, into: &gradient)
        return report(losses, logits, batch)
    }

    public func evaluate(_ model: SpectrogramTransformer, _ batch: SpectrogramBatch) -> LossReport {
        let logits = model(batch.spectrograms)
        return report(CrossEntropy()(logits, labels: batch.labels).losses, logits, batch)
    }

    private func report(_ losses: [Double], _ logits: Tensor, _ batch: SpectrogramBatch) -> LossReport {
        let hits = zip(logits.largestOfRows(), batch.labels).count { $0 == Int($1) }
        return LossReport(lossSum: losses.reduce(0, +), correctCount: hits, sampleCount: batch.count)
    }
}
