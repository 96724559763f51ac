package import TesseraLayers
package import TesseraTensor

/// A sublayer f of a block in training, with its normalisation and residual sum: `y = x + f(norm(x))` or `y = norm(x + f(x))`.
///
/// The backward pass goes through it in two steps, between which f's own backward lies:
///
/// ```swift
/// let (result, sum) = saved.resultGradient(dy, norm: norm, into: &gradient.norm, scale: nil, into: &none)
/// let input = f.backward(result, saved.inner, into: &gradient.f)
/// let dx = saved.inputGradient(input, sum: sum, norm: norm, into: &gradient.norm)
/// ```
package struct ResidualSublayer<Inner: Sendable>: Sendable {
    private let order: BlockConfiguration.NormalizationOrder
    /// What the normalisation was applied to, `[batch, tokens, hidden]`
    private let normInput: Tensor
    private let sum: ResidualSum
    /// What f saved.
    package let inner: Inner

    /// The forward pass.
    ///
    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - residual: what f's result is added to, in the order `pre`; x where nil, `[batch, tokens, hidden]`
    ///   - scale: LayerScale, `[hidden]`
    ///   - mask: what is left out of f's result, in its shape.
    ///   - sublayer: f; adds the residual to its result where there is one.
    /// - Returns: y, `[batch, tokens, hidden]`
    package static func forward(
        _ x: Tensor, addingTo residual: Tensor? = nil, _ order: BlockConfiguration.NormalizationOrder,
        norm: Normalization, scale: Tensor? = nil, mask: Tensor?,
        _ sublayer: (_ input: Tensor, _ residual: Tensor?) -> (output: Tensor, saved: Inner)
    ) -> (output: Tensor, saved: ResidualSublayer) {
        // Without LayerScale and mask the last product of a sublayer adds the residual by itself.
        let residual = residual ?? x
        let (result, inner) = sublayer(order == .pre ? norm(x) : x, scale == nil && mask == nil ? residual : nil)
        let (sum, saved) = ResidualSum.join(result, to: residual, scale: scale, mask: mask)
        return (
            order == .pre ? sum : norm(sum),
            ResidualSublayer(order: order, normInput: order == .pre ? x : sum, sum: saved, inner: inner)
        )
    }

    /// The gradients of f's result and of the residual sum, `[batch, tokens, hidden]`, from that of y.
    package func resultGradient(
        _ outputGradient: Tensor, norm: Normalization, into normGradient: inout Normalization, scale: Tensor? = nil,
        into scaleGradient: inout Tensor?
    ) -> (result: Tensor, sum: Tensor) {
        let sumGradient =
            order == .pre ? outputGradient : norm.backward(outputGradient, input: normInput, into: &normGradient)
        return (sum.backward(sumGradient, scale: scale, into: &scaleGradient), sumGradient)
    }

    /// dx, `[batch, tokens, hidden]`, from the gradient of f's input: through the sum the gradient takes both ways,
    /// dx = dy + (∂f/∂x)ᵀ dy.
    package func inputGradient(
        _ inputGradient: Tensor, sum sumGradient: Tensor, norm: Normalization, into normGradient: inout Normalization
    ) -> Tensor {
        switch order {
        case .pre: return norm.backward(inputGradient, input: normInput, into: &normGradient, addingTo: sumGradient)
        case .post:
            var x = inputGradient
            x += sumGradient
            return x
        }
    }
}
