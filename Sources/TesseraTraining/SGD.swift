internal import TesseraTensor

/// Stochastic gradient descent with momentum (Polyak, 1964; Nesterov, 1983), as `torch.optim.SGD` computes it: the weight
/// decay is part of the gradient.
///
///     g ← g + weightDecay · p
///     b ← momentum · b + g
///     p ← p - rate · b, or p - rate · (g + momentum · b) with Nesterov's momentum
public struct SGD: Sendable, Equatable {
    /// How much of the gradients' running sum b stays from step to step.
    public var momentum: Float
    /// Whether a step looks ahead by one (Nesterov, 1983).
    public var isNesterov: Bool
    /// How much of a parameter is added to its gradient.
    public var weightDecay: Float

    /// - Parameters:
    ///   - momentum: how much of the gradients' running sum stays from step to step.
    ///   - isNesterov: whether a step looks ahead by one.
    ///   - weightDecay: how much of a parameter is added to its gradient.
    public init(momentum: Float = 0.9, isNesterov: Bool = false, weightDecay: Float = 0) {
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.weightDecay = weightDecay
    }

    func update(
        _ parameter: inout Tensor, gradient: inout Tensor, momentum buffer: inout Tensor, decays: Bool,
        _ step: OptimizerStep
    ) {
        prepare(&gradient, parameter, decays: decays, step)
        buffer *= momentum
        buffer += gradient
        if isNesterov {
            gradient.add(buffer, scaledBy: momentum)
            parameter.add(gradient, scaledBy: -step.rate)
        } else {
            parameter.add(buffer, scaledBy: -step.rate)
        }
    }

    /// Without momentum.
    func update(_ parameter: inout Tensor, gradient: inout Tensor, decays: Bool, _ step: OptimizerStep) {
        prepare(&gradient, parameter, decays: decays, step)
        parameter.add(gradient, scaledBy: -step.rate)
    }

    private func prepare(_ gradient: inout Tensor, _ parameter: Tensor, decays: Bool, _ step: OptimizerStep) {
        if step.gradientScale != 1 { gradient *= step.gradientScale }
        if decays, weightDecay != 0 { gradient.add(parameter, scaledBy: weightDecay) }
    }
}
