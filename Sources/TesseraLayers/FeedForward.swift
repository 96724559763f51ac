public import TesseraTensor

/// The position-wise feed-forward network of a block (Vaswani et al., 2017, 3.3): `W₂ activation(W₁ x)`, or gated
/// (Shazeer, 2020): `W₂ (activation(W_gate x) ⊙ W₁ x)`.
public struct FeedForward: Layer {
    public let activation: Activation
    /// `[intermediate, hidden]`, in gated networks only.
    public var gate: Linear?
    /// `[intermediate, hidden]`
    public var input: Linear
    /// `[hidden, intermediate]`
    public var output: Linear

    /// A layer whose parameters a checkpoint will fill.
    package init(hiddenSize: Int, intermediateSize: Int, activation: Activation, gated: Bool = false, bias: Bool = true)
    {
        self.activation = activation
        gate = gated ? Linear(unloadedInput: hiddenSize, output: intermediateSize, bias: bias) : nil
        input = Linear(unloadedInput: hiddenSize, output: intermediateSize, bias: bias)
        output = Linear(unloadedInput: intermediateSize, output: hiddenSize, bias: bias)
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
        var inner = gate(x, activation: activation)
        inner *= input(x)
        return output(inner, scale: outputScale, addingTo: residual)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("gate", &gate)
        try visitor.visit("input", &input)
        try visitor.visit("output", &output)
    }
}
