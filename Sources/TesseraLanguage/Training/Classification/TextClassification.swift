public import TesseraLayers
internal import TesseraTensor
public import TesseraTraining

/// The training of a classifier of texts: the cross-entropy of the right label and, where there is a teacher, of what it says.
public struct TextClassification: TrainingObjective {
    /// What the forward pass leaves out at random.
    public var regularization: Regularization
    private let loss: CrossEntropy
    private let distillation: Distillation

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
        let hard = loss(logits, labels: batch.labels)
        guard let teacher = batch.teacherLogits else { return hard }
        return distillation.mixed(hard, logits, teacher: teacher)
    }

    private func report(_ losses: [Double], _ logits: Tensor, _ batch: LabelledTextBatch) -> LossReport {
        let hits = zip(logits.largestOfRows(), batch.rightLabels).count { $0 == $1 }
        return LossReport(lossSum: losses.reduce(0, +), correctCount: hits, sampleCount: batch.count)
    }
}
