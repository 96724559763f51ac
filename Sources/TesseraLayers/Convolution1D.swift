public import TesseraTensor

/// A convolution along time: each output frame is a linear map of `size` input frames around it. Beyond the ends, frames are
/// zero.
public struct Convolution1D: Layer {
    /// From one output frame to the next, in input frames.
    public let stride: Int
    /// Input frames that an output frame sees: odd, so that as many lie before its middle as behind.
    public let size: Int
    /// `[output, input * size]`, of a checkpoint's `[output, input, size]`.
    public var projection: Linear

    /// A layer whose parameters a checkpoint will fill.
    package init(inputChannels: Int, outputChannels: Int, size: Int, stride: Int) {
        precondition(size % 2 == 1, "a convolution of \(size) frames has no middle")
        self.stride = stride
        self.size = size
        projection = Linear(input: inputChannels * size, output: outputChannels)
    }

    /// How many frames come out where `frames` go in.
    public func outputCount(_ frames: Int) -> Int { frames == 0 ? 0 : (frames - 1) / stride + 1 }

    /// - Parameters:
    ///   - x: `[batch, frames, input channels]`
    ///   - activation: applied to the result.
    /// - Returns: `[batch, output frames, output channels]`
    public func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
        projection(x.frameWindows(size: size, stride: stride), activation: activation)
    }

    /// dx from dy, with the windows that each input frame was part of.
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[batch, output frames, output channels]`
    ///   - input: the forward pass's x, `[batch, frames, input channels]`
    /// - Returns: dx, `[batch, frames, input channels]`
    public func backward(_ outputGradient: Tensor, input: Tensor, into gradient: inout Convolution1D) -> Tensor {
        let windows = projection.backward(
            outputGradient, input: input.frameWindows(size: size, stride: stride), into: &gradient.projection)
        return windows.addedFrameWindows(size: size, stride: stride, frames: input.shape[1])
    }

    /// The same without dx, for a layer whose input is not trained.
    public func accumulate(_ outputGradient: Tensor, input: Tensor, into gradient: inout Convolution1D) {
        projection.accumulate(
            outputGradient, input: input.frameWindows(size: size, stride: stride), into: &gradient.projection)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("projection", &projection)
    }
}
