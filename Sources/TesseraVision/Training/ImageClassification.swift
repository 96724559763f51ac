public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a classifier: the cross-entropy between its labels' probabilities and the batch's targets, which labels
/// smoothed or mixed may have made soft.
public struct ImageClassification: TrainingObjective {
    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss = CrossEntropy()

    /// A training that leaves out what `regularization` says; nothing if not said otherwise.
    public init(regularization: Regularization = .none) {
        self.regularization = regularization
    }

    public func accumulate(
        _ model: VisionTransformer, _ batch: ImageBatch, scale: Float, random: RandomGenerator,
        into gradient: inout VisionTransformer
    ) -> LossReport {
        let (logits, saved) = model.forward(
            batch.pixels, for: gradient, regularization: regularization, random: random)
        var (losses, logitsGradient) = loss(logits, batch.targets)
        logitsGradient *= scale
        model.backward(logitsGradient, saved, into: &gradient)
        return report(losses, logits, batch)
    }

    public func evaluate(_ model: VisionTransformer, _ batch: ImageBatch) -> LossReport {
        let logits = model(batch.pixels)
        return report(loss(logits, batch.targets).losses, logits, batch)
    }

    private func report(_ losses: [Double], _ logits: Tensor, _ batch: ImageBatch) -> LossReport {
        let hits = zip(logits.largestOfRows(), batch.targets.largestOfRows()).count { $0 == $1 }
        return LossReport(lossSum: losses.reduce(0, +), correctCount: hits, sampleCount: batch.count)
    }
}
