public import TesseraLayers
public import TesseraTensor

/// A network with one hidden layer beside a linear map (Das et al., 2023, TiDE): `W₂ activation(W₁ x) + W₃ x`, each with a bias.
public struct ResidualBlock: Layer {
    /// Of the hidden layer.
    public let activation: Activation
    /// W₁, `[hidden, input]`
    public var hidden: Linear
    /// W₂, `[output, hidden]`
    public var output: Linear
    /// W₃, `[output, input]`
    public var residual: Linear

    /// A layer whose parameters a checkpoint will fill.
    package init(input: Int, hiddenSize: Int, output outputSize: Int, activation: Activation) {
        self.activation = activation
        hidden = Linear(input: input, output: hiddenSize)
        output = Linear(input: hiddenSize, output: outputSize)
        residual = Linear(input: input, output: outputSize)
    }

    /// - Parameter x: `[…, input]`
    /// - Returns: `[…, output]`
    public func callAsFunction(_ x: Tensor) -> Tensor {
        output(hidden(x, activation: activation), addingTo: residual(x))
    }

    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// x, `[…, input]`
        fileprivate let x: Tensor
        /// W₁ x, and what W₂ was applied to, `[…, hidden]`
        fileprivate let beforeActivation, inner: Tensor
    }

    /// The forward pass of a training; see `callAsFunction`.
    public func forward(_ x: Tensor) -> (output: Tensor, saved: Saved) {
        let beforeActivation = hidden(x)
        let inner = activation(beforeActivation)
        return (
            output(inner, addingTo: residual(x)), Saved(x: x, beforeActivation: beforeActivation, inner: inner)
        )
    }

    /// dx = W₁ᵀ (W₂ᵀ dy ⊙ activation'(W₁ x)) + W₃ᵀ dy.
    ///
    /// - Parameter outputGradient: dy, `[…, output]`
    /// - Returns: dx, `[…, input]`
    public func backward(_ outputGradient: Tensor, _ saved: Saved, into gradient: inout ResidualBlock) -> Tensor {
        let hiddenGradient = hiddenGradient(outputGradient, saved, into: &gradient)
        let x = residual.backward(outputGradient, input: saved.x, into: &gradient.residual)
        return hidden.backward(hiddenGradient, input: saved.x, into: &gradient.hidden, addingTo: x)
    }

    /// The same without dx, for a block whose input is not trained.
    public func accumulate(_ outputGradient: Tensor, _ saved: Saved, into gradient: inout ResidualBlock) {
        let hiddenGradient = hiddenGradient(outputGradient, saved, into: &gradient)
        residual.accumulate(outputGradient, input: saved.x, into: &gradient.residual)
        hidden.accumulate(hiddenGradient, input: saved.x, into: &gradient.hidden)
    }

    /// That of W₁ x, `[…, hidden]`.
    private func hiddenGradient(
        _ outputGradient: Tensor, _ saved: Saved, into gradient: inout ResidualBlock
    ) -> Tensor {
        let inner = output.backward(outputGradient, input: saved.inner, into: &gradient.output)
        return activation.backward(inner, input: saved.beforeActivation)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("hidden", &hidden)
        try visitor.visit("output", &output)
        try visitor.visit("residual", &residual)
    }
}
