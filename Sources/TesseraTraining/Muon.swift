internal import TesseraTensor

/// Muon (Jordan et al., 2024): the momentum of a hidden layer's matrix is replaced by the nearest matrix whose singular values
/// are all 1, so that rare directions are learned as fast as frequent ones. All other parameters are AdamW's.
///
///     b ← momentum · b + g
///     O ≈ U Vᵀ, where U S Vᵀ = g + momentum · b
///     p ← p - rate · weightDecay · p
///     p ← p - rate · 0.2 sqrt(max(rows, columns)) · O
///
/// The factor makes its updates as large as AdamW's (Liu et al., 2025, Muon is Scalable), so that both share a learning rate
/// and a weight decay.
public struct Muon: Sendable, Equatable {
    /// How much of the gradients' running sum b stays from step to step.
    public var momentum: Float
    /// What the other parameters are updated by; its weight decay counts for the matrices too.
    public var adamW: AdamW

    /// - Parameters:
    ///   - momentum: how much of the gradients' running sum stays from step to step.
    ///   - adamW: what the other parameters are updated by.
    public init(momentum: Float = 0.95, adamW: AdamW = AdamW()) {
        self.momentum = momentum
        self.adamW = adamW
    }

    func update(
        _ parameter: inout Tensor, gradient: inout Tensor, momentum buffer: inout Tensor, decays: Bool,
        _ step: OptimizerStep
    ) {
        buffer *= momentum
        buffer.add(gradient, scaledBy: step.gradientScale)
        gradient *= step.gradientScale
        gradient.add(buffer, scaledBy: momentum)
        if decays { parameter *= 1 - step.rate * adamW.weightDecay }
        let size = Float(max(parameter.shape[0], parameter.shape[1]))
        parameter.add(orthogonalized(gradient), scaledBy: -step.rate * 0.2 * size.squareRoot())
    }
}

/// The matrix with the same singular vectors and singular values near 1, by five steps of a Newton-Schulz iteration whose
/// coefficients were chosen to rise fast from 0: `X ← a X + (b A + c A²) X` with `A = X Xᵀ`.
func orthogonalized(_ matrix: Tensor) -> Tensor {
    let (a, b, c): (Float, Float, Float) = (3.4445, -4.7750, 2.0315)
    let isTall = matrix.shape[0] > matrix.shape[1]
    var x = isTall ? matrix.transposed() : matrix
    x *= 1 / (Float(x.sumOfSquares().squareRoot()) + 1e-7)
    for _ in 0..<5 {
        let product = PackedMatrix(x, precision: .float32).multiply(x)
        // A is symmetric: A Aᵀ is A².
        var polynomial = PackedMatrix(product, precision: .float32).multiply(product)
        polynomial *= c
        polynomial.add(product, scaledBy: b)
        var next = PackedMatrix(transposing: x, precision: .float32).multiply(polynomial)
        next.add(x, scaledBy: a)
        x = next
    }
    return isTall ? x.transposed() : x
}
