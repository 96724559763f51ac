internal import CTesseraVector

/// What a step of AdamW (Loshchilov & Hutter, 2019) has in common for all parameters of a group.
package struct AdamWStep: Sendable {
    /// The learning rate of this step.
    package var rate: Float
    /// How much of the mean of gradients is kept a step.
    package var beta1: Float
    /// How much of the mean of squared gradients is kept a step.
    package var beta2: Float
    package var epsilon: Float
    /// Decoupled from the gradient: parameters shrink by `rate * weightDecay`.
    package var weightDecay: Float
    /// `1 - beta1ᵗ` at step t, counted from 1.
    package var biasCorrection1: Float
    /// `1 - beta2ᵗ`
    package var biasCorrection2: Float
    /// Applied to the gradient first: the factor of clipping, or 1.
    package var gradientScale: Float

    package init(
        rate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float, biasCorrection1: Float,
        biasCorrection2: Float, gradientScale: Float
    ) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.biasCorrection1 = biasCorrection1
        self.biasCorrection2 = biasCorrection2
        self.gradientScale = gradientScale
    }

    fileprivate var kernelStep: tessera_adamw {
        tessera_adamw(
            rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weight_decay: weightDecay,
            bias_correction1: biasCorrection1, bias_correction2: biasCorrection2, gradient_scale: gradientScale)
    }
}

extension Tensor {
    /// One step of AdamW, as PyTorch computes it. With `g = gradientScale · gradient`:
    ///
    ///     p ← p - rate · weightDecay · p
    ///     m ← β₁ m + (1 - β₁) g
    ///     v ← β₂ v + (1 - β₂) g²
    ///     p ← p - rate · (m / biasCorrection1) / (sqrt(v / biasCorrection2) + epsilon)
    package mutating func adamWStep(
        gradient: Tensor, firstMoment: inout Tensor, secondMoment: inout Tensor, _ step: AdamWStep
    ) {
        precondition(
            count == gradient.count && count == firstMoment.count && count == secondMoment.count,
            "parameter, gradient and moments differ in size")
        withMutableValues { p in
            gradient.withValues { gradient in
                firstMoment.withMutableValues { m in
                    secondMoment.withMutableValues { v in
                        Threads.forEachRange(of: p.count, grain: elementwiseGrain) { range in
                            let start = range.lowerBound
                            withUnsafePointer(to: step.kernelStep) {
                                kernels.pointee.adamw_step(
                                    $0, gradient.baseAddress! + start, Int64(range.count), m.baseAddress! + start,
                                    v.baseAddress! + start, p.baseAddress! + start)
                            }
                        }
                    }
                }
            }
        }
    }
}
