public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a speech recogniser: the cross-entropy of each token, given the sound and the right tokens before it.
///
/// A clip counts as right when every token is the likeliest in its place.
public struct SpeechRecognition: TrainingObjective {
    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss: CrossEntropy

    /// - Parameter labelSmoothing: the share of each target that is spread over the vocabulary (Szegedy et al., 2016).
    public init(labelSmoothing: Float = 0, regularization: Regularization = .none) {
        loss = CrossEntropy(labelSmoothing: labelSmoothing)
        self.regularization = regularization
    }

    public func accumulate(
        _ model: SpeechTransformer, _ batch: SpeechBatch, scale: Float, random: RandomGenerator,
        into gradient: inout SpeechTransformer
    ) -> LossReport {
        let targets = batch.targets
        let (logits, saved) = model.forward(
            batch.frames, ids: batch.inputs, for: gradient, regularization: regularization, random: random)
        var (losses, logitsGradient) = loss(logits, labels: targets)
        logitsGradient *= scale * batch.weight
        model.backward(logitsGradient, saved, into: &gradient)
        return report(losses, logits, targets, batch)
    }

    public func evaluate(_ model: SpeechTransformer, _ batch: SpeechBatch) -> LossReport {
        let targets = batch.targets
        var cache = model.decoder.makeCache(memory: model.encoded(batch.frames))
        let width = batch.tokenCount
        let clips = (0..<batch.count).map { Array(batch.inputs[$0 * width..<($0 + 1) * width]) }
        let logits = model.decoder.logits(model.decoder.states(of: clips, cache: &cache))
        return report(CrossEntropy()(logits, labels: targets).losses, logits, targets, batch)
    }

    private func report(_ losses: [Double], _ logits: Tensor, _ targets: [Int32], _ batch: SpeechBatch) -> LossReport {
        let likeliest = logits.largestOfRows()
        let width = batch.tokenCount
        let correct = (0..<batch.count).count { clip in
            (clip * width..<(clip + 1) * width).allSatisfy { targets[$0] < 0 || likeliest[$0] == Int(targets[$0]) }
        }
        return LossReport(
            lossSum: losses.reduce(0, +) * Double(batch.weight), correctCount: correct, sampleCount: batch.count)
    }
}
