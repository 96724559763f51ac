public import TesseraTensor

/// The position-wise feed-forward network of a block (Vaswani et al., 2017, 3.3): `W₂ activation(W₁ x)`, or gated
/// (Shazeer, 2020): `W₂ (activation(W_gate x) ⊙ W₁ x)`.
public struct FeedForward: Layer {
    /// What stands between the two matrices.
    public let activation: Activation
    /// `[intermediate, hidden]`, in gated networks only.
    public var gate: Linear?
    /// `[intermediate, hidden]`
    public var input: Linear
    /// `[hidden, intermediate]`
    public var output: Linear

    /// A layer of these sizes whose parameters are not there yet: see `Trainable`.
    ///
    /// - Parameters:
    ///   - hiddenSize: how many numbers a token has, 1 or more.
    ///   - intermediateSize: how many it has between the two maps, 1 or more; in the original Transformer 4 × hidden.
    ///   - gated: whether a third map gates what lies between.
    ///   - bias: whether the maps have one.
    public init(hiddenSize: Int, intermediateSize: Int, activation: Activation, gated: Bool = false, bias: Bool = true)
    {
        self.activation = activation
        gate = gated ? Linear(input: hiddenSize, output: intermediateSize, bias: bias) : nil
        input = Linear(input: hiddenSize, output: intermediateSize, bias: bias)
        output = Linear(input: intermediateSize, output: hiddenSize, bias: bias)
    }

    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - outputScale: multiplied with the result, `[hidden]`.
    ///   - residual: added to the result, `[batch, tokens, hidden]`.
    /// - Returns: `[batch, tokens, hidden]`
    public func callAsFunction(_ x: Tensor, outputScale: Tensor? = nil, addingTo residual: Tensor? = nil) -> Tensor {
        guard let gate else {
            return output(input(x, activation: activation), scale: outputScale, addingTo: residual)
        }
        var factors = Linear.map(x, by: [gate, input], activatingFirst: activation)
        var inner = factors.removeFirst()
        inner *= factors[0]
        return output(inner, scale: outputScale, addingTo: residual)
    }

    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// x, `[batch, tokens, hidden]`
        let x: Tensor
        /// What the activation was applied to, W₁ x or W_gate x, `[batch, tokens, intermediate]`
        let beforeActivation: Tensor
        /// In gated networks: activation(W_gate x) and W₁ x, `[batch, tokens, intermediate]`
        let factors: (activated: Tensor, linear: Tensor)?
        /// What W₂ was applied to, `[batch, tokens, intermediate]`
        let inner: Tensor
    }

    /// The forward pass of a training; see `callAsFunction`.
    public func forward(_ x: Tensor, addingTo residual: Tensor? = nil) -> (output: Tensor, saved: Saved) {
        let beforeActivation = (gate ?? input)(x)
        var inner = activation(beforeActivation)
        var factors: (activated: Tensor, linear: Tensor)?
        if gate != nil {
            let linear = input(x)
            factors = (inner, linear)
            inner *= linear
        }
        let saved = Saved(x: x, beforeActivation: beforeActivation, factors: factors, inner: inner)
        return (output(inner, addingTo: residual), saved)
    }

    /// With h = W₁ x: dh = dinner ⊙ activation'(h), and dx = W₁ᵀ dh. Gated, with g = W_gate x and a = activation(g):
    /// dh = dinner ⊙ a, dg = dinner ⊙ h ⊙ activation'(g), and dx = W₁ᵀ dh + W_gateᵀ dg.
    ///
    /// - Parameter outputGradient: `[batch, tokens, hidden]`
    /// - Returns: dx, `[batch, tokens, hidden]`
    public func backward(_ outputGradient: Tensor, _ saved: Saved, into gradient: inout FeedForward) -> Tensor {
        var innerGradient = output.backward(outputGradient, input: saved.inner, into: &gradient.output)
        guard let gate, let factors = saved.factors else {
            let inputGradient = activation.backward(innerGradient, input: saved.beforeActivation)
            return input.backward(inputGradient, input: saved.x, into: &gradient.input)
        }
        var linearGradient = innerGradient
        linearGradient *= factors.activated
        innerGradient *= factors.linear
        let gateGradient = activation.backward(innerGradient, input: saved.beforeActivation)
        let partial = input.backward(linearGradient, input: saved.x, into: &gradient.input)
        return gate.backward(gateGradient, input: saved.x, into: &gradient.gate!, addingTo: partial)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("gate", &gate)
        try visitor.visit("input", &input)
        try visitor.visit("output", &output)
    }
}
