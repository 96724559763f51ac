public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining
public import TesseraTransformer

/// The training of an encoder-decoder of texts: the cross-entropy of each token, given the text that is read and the right tokens before
/// it (Vaswani et al., 2017, 5).
public struct SequenceToSequenceTraining: TrainingObjective {
    public static var hasLabels: Bool { false }

    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss: CrossEntropy

    /// - Parameter labelSmoothing: the share of each target that is spread over the vocabulary (Szegedy et al., 2016).
    public init(labelSmoothing: Float = 0, regularization: Regularization = .none) {
        loss = CrossEntropy(labelSmoothing: labelSmoothing)
        self.regularization = regularization
    }

    public func accumulate(
        _ model: EncoderDecoder, _ batch: TextPairBatch, scale: Float, random: RandomGenerator,
        into gradient: inout EncoderDecoder
    ) -> LossReport {
        let sources = batch.sources
        let (logits, saved) = model.forward(
            sources.ids, valid: sources.valid, targets: batch.inputs.flatMap(\.self), for: gradient,
            regularization: regularization, random: random)
        var (losses, logitsGradient) = loss(logits, labels: batch.targets)
        logitsGradient *= scale * batch.weight
        model.backward(logitsGradient, saved, into: &gradient)
        return report(losses, batch)
    }

    public func evaluate(_ model: EncoderDecoder, _ batch: TextPairBatch) -> LossReport {
        let sources = batch.sources
        let memory = model.encoded(sources.ids, valid: sources.valid)
        var cache = model.decoder.makeCache(memory: memory, valid: sources.valid)
        let logits = model.decoder.logits(model.decoder.states(of: batch.inputs, cache: &cache))
        return report(CrossEntropy()(logits, labels: batch.targets).losses, batch)
    }

    private func report(_ losses: [Double], _ batch: TextPairBatch) -> LossReport {
        LossReport(lossSum: losses.reduce(0, +) * Double(batch.weight), sampleCount: batch.count)
    }
}
