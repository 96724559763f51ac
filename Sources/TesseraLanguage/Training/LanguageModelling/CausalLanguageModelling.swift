public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining
public import TesseraTransformer

/// The training of a decoder that stands alone: the cross-entropy of each token, given those before it (Radford et al., 2018). A window's
/// loss is the mean of its tokens'.
public struct CausalLanguageModelling: TrainingObjective {
    public static var hasLabels: Bool { false }

    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss: CrossEntropy

    /// - Parameter labelSmoothing: the share of each target that is spread over the vocabulary.
    public init(labelSmoothing: Float = 0, regularization: Regularization = .none) {
        loss = CrossEntropy(labelSmoothing: labelSmoothing)
        self.regularization = regularization
    }

    public func accumulate(
        _ model: TokenDecoder, _ batch: TokenWindowBatch, scale: Float, random: RandomGenerator,
        into gradient: inout TokenDecoder
    ) -> LossReport {
        let targets = batch.targets
        let (logits, saved) = model.forward(
            batch.inputs, sequences: batch.count, memory: nil, for: gradient, isMemoryTrained: false,
            regularization: regularization, random: random)
        var (losses, logitsGradient) = loss(logits, labels: targets)
        logitsGradient *= scale * Float(batch.count) / Float(targets.count)
        var memory: Tensor?
        model.backward(logitsGradient, saved, into: &gradient, memoryGradient: &memory)
        return report(losses, batch)
    }

    public func evaluate(_ model: TokenDecoder, _ batch: TokenWindowBatch) -> LossReport {
        var cache = model.makeCache(memory: nil, sequences: batch.count)
        let logits = model.logits(model.states(of: batch.windows.map { $0.dropLast() }, cache: &cache))
        return report(CrossEntropy()(logits, labels: batch.targets).losses, batch)
    }

    private func report(_ losses: [Double], _ batch: TokenWindowBatch) -> LossReport {
        let tokensPerWindow = Double(max(1, losses.count)) / Double(max(1, batch.count))
        return LossReport(lossSum: losses.reduce(0, +) / tokensPerWindow, sampleCount: batch.count)
    }
}
