public import TesseraTensor

/// A convolution of maps that keeps channels apart: each cell of the result is, channel by channel, a sum over the 3 × 3 cells around it.
/// Beyond the edges, cells are zero. It is made to run, not to be trained.
public struct DepthwiseConvolution2D: Layer {
    /// `[channels, 1, 3, 3]`
    public var weight: Tensor
    /// `[channels]`
    public var bias: Tensor

    /// A layer whose parameters a checkpoint will fill.
    package init(channels: Int) {
        (weight, bias) = (Tensor(unloaded: [channels, 1, 3, 3]), Tensor(unloaded: [channels]))
    }

    /// - Parameters:
    ///   - x: `[batch, rows, columns, channels]`
    ///   - activation: applied to the result.
    /// - Returns: `[batch, rows, columns, channels]`
    public func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
        x.convolvedByChannel(weight.reshaped([weight.shape[0], 9]).transposed(), bias: bias, activation: activation)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("weight", &weight, as: .matrix)
        try visitor.visit("bias", &bias, as: .bias)
    }
}
