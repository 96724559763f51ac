public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a detector of speech: the binary cross-entropy of each frame.
public struct SpeechDetection: TrainingObjective {
    public static var hasLabels: Bool { false }
    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss = BinaryCrossEntropy()

    /// A training that leaves out what `regularization` says; nothing if not said otherwise.
    public init(regularization: Regularization = .none) { self.regularization = regularization }

    public func accumulate(
        _ model: FrameClassifier, _ batch: DetectorBatch, scale: Float, random: RandomGenerator,
        into gradient: inout FrameClassifier
    ) -> LossReport {
        let (logits, saved) = model.forward(
            batch.frames, for: gradient, regularization: regularization, random: random)
        var (losses, logitsGradient) = loss(logits, batch.targets)
        logitsGradient *= scale
        model.backward(logitsGradient, saved, into: &gradient)
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: batch.count)
    }

    public func evaluate(_ model: FrameClassifier, _ batch: DetectorBatch) -> LossReport {
        let losses = loss(model.logits(batch.frames), batch.targets).losses
        return LossReport(lossSum: losses.reduce(0, +), sampleCount: batch.count)
    }
}
