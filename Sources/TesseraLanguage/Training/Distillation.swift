internal import TesseraTensor
internal import TesseraTraining

/// How a student learns what a teacher thinks (Hinton et al., 2015): with both logits divided by a temperature, whose square the loss is
/// multiplied with, so that its gradient keeps its size.
public struct Distillation: Sendable {
    /// What logits are divided by before they become probabilities: the higher, the more counts what is unlikely.
    public var temperature: Float
    /// The share of the teacher's part in the loss; what is right has the rest.
    public var share: Float

    /// - Parameters:
    ///   - temperature: what logits are divided by.
    ///   - share: the teacher's part in the loss.
    public init(temperature: Float = 2, share: Float = 0.9) {
        (self.temperature, self.share) = (temperature, share)
    }

    /// The losses of rows and the gradient of their sum, of which the teacher has its part.
    ///
    /// - Parameters:
    ///   - hard: the same of what is right.
    ///   - logits: the student's, `[rows, classes]`
    ///   - teacher: its logits, `[rows, classes]`
    func mixed(
        _ hard: (losses: [Double], gradient: Tensor), _ logits: Tensor, teacher: Tensor
    ) -> (losses: [Double], gradient: Tensor) {
        var (student, teacher) = (logits, teacher)
        teacher *= 1 / temperature
        student *= 1 / temperature
        let soft = CrossEntropy()(student, teacher.softmax())
        // T² of the loss over T of the chain rule.
        var (gradient, softGradient) = (hard.gradient, soft.gradient)
        softGradient *= share * temperature
        gradient *= 1 - share
        gradient += softGradient
        let scale = Double(share * temperature * temperature)
        return (zip(hard.losses, soft.losses).map { Double(1 - share) * $0 + scale * $1 }, gradient)
    }
}
