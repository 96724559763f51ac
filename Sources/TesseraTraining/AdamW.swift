internal import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Adam with decoupled weight decay (Loshchilov & Hutter, 2019), as `torch.optim.AdamW` computes it:
///
///     p ← p - rate · weightDecay · p
///     m ← β₁ m + (1 - β₁) g
///     v ← β₂ v + (1 - β₂) g²
///     p ← p - rate · (m / (1 - β₁ᵗ)) / (sqrt(v / (1 - β₂ᵗ)) + epsilon)
public struct AdamW: Sendable, Equatable {
    /// β₁: how much of the mean gradient m stays from step to step.
    public var beta1: Double
    /// β₂: how much of the mean square v stays from step to step.
    public var beta2: Double
    /// What keeps a parameter without gradient from being divided by zero.
    public var epsilon: Float
    /// How much of a parameter a step at learning rate 1 would take away.
    public var weightDecay: Float

    /// With PyTorch's values if not said otherwise.
    ///
    /// - Parameters:
    ///   - beta1: how much of the mean gradient stays from step to step.
    ///   - beta2: how much of the mean square stays from step to step.
    ///   - epsilon: what is added to the root of the mean square.
    ///   - weightDecay: how much of a parameter a step at learning rate 1 would take away.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    func update(
        _ parameter: inout Tensor, gradient: Tensor, first: inout Tensor, second: inout Tensor, decays: Bool,
        _ step: OptimizerStep
    ) {
        parameter.adamWStep(
            gradient: gradient, firstMoment: &first, secondMoment: &second,
            AdamWStep(
                rate: step.rate, beta1: Float(beta1), beta2: Float(beta2), epsilon: epsilon,
                weightDecay: decays ? weightDecay : 0,
                biasCorrection1: Float(1 - pow(beta1, Double(step.number))),
                biasCorrection2: Float(1 - pow(beta2, Double(step.number))), gradientScale: step.gradientScale))
    }
}
