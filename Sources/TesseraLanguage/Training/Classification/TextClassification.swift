public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a classifier of texts: the cross-entropy of the right label and, where there is a teacher, of what it says
/// (Hinton et al., 2015): with both logits divided by a temperature, whose square the loss is multiplied with, so that its gradient keeps
/// its size.
public struct TextClassification: TrainingObjective {
    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss: CrossEntropy
    private let distillation: Distillation

    /// How a student learns from a teacher.
    public struct Distillation: Sendable {
        /// What logits are divided by before they become probabilities: the higher, the more counts what is unlikely.
        public var temperature: Float
        /// The share of the teacher's part in the loss; the right label has the rest.
        public var share: Float

        /// - Parameters:
        ///   - temperature: what logits are divided by.
        ///   - share: the teacher's part in the loss.
        public init(temperature: Float = 2, share: Float = 0.9) {
            (self.temperature, self.share) = (temperature, share)
        }
    }

    /// - Parameters:
    ///   - labelSmoothing: the share of each target that is spread over the labels.
    ///   - distillation: how a student learns, where the batches bring a teacher's logits.
    public init(
        labelSmoothing: Float = 0, regularization: Regularization = .none, distillation: Distillation = .init()
    ) {
        loss = CrossEntropy(labelSmoothing: labelSmoothing)
        (self.regularization, self.distillation) = (regularization, distillation)
    }

    public func accumulate(
        _ model: TextEncoder, _ batch: LabelledTextBatch, scale: Float, random: RandomGenerator,
        into gradient: inout TextEncoder
    ) -> LossReport {
        let (logits, saved) = model.forward(
            batch.texts, for: gradient, regularization: regularization, random: random)
        var (losses, logitsGradient) = losses(logits, batch)
        logitsGradient *= scale
        model.backward(logitsGradient, saved, into: &gradient)
        return report(losses, logits, batch)
    }

    public func evaluate(_ model: TextEncoder, _ batch: LabelledTextBatch) -> LossReport {
        let logits = model.logits(of: batch.texts)
        return report(CrossEntropy()(logits, labels: batch.labels).losses, logits, batch)
    }

    private func losses(_ logits: Tensor, _ batch: LabelledTextBatch) -> (losses: [Double], gradient: Tensor) {
        var (losses, gradient) = loss(logits, labels: batch.labels)
        guard var teacher = batch.teacherLogits else { return (losses, gradient) }
        var student = logits
        teacher *= 1 / distillation.temperature
        student *= 1 / distillation.temperature
        let (softLosses, unscaled) = CrossEntropy()(student, teacher.softmax())
        // T² of the loss over T of the chain rule.
        var softGradient = unscaled
        softGradient *= distillation.share * distillation.temperature
        gradient *= 1 - distillation.share
        gradient += softGradient
        let scale = Double(distillation.share * distillation.temperature * distillation.temperature)
        losses = zip(losses, softLosses).map { Double(1 - distillation.share) * $0 + scale * $1 }
        return (losses, gradient)
    }

    private func report(_ losses: [Double], _ logits: Tensor, _ batch: LabelledTextBatch) -> LossReport {
        let hits = zip(logits.largestOfRows(), batch.labels).count { $0 == Int($1) }
        return LossReport(lossSum: losses.reduce(0, +), correctCount: hits, sampleCount: batch.count)
    }
}
