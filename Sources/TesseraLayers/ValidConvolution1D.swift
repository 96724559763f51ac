public import TesseraTensor

/// A convolution along time that adds nothing at the ends: an output frame for each place where all `size` input frames are there.
///
/// The channels of a frame lie side by side, so that the frames of a window are one piece of memory, which the matrix multiplies
/// where it lies. It is made to run, not to be trained.
public struct ValidConvolution1D: Layer {
    /// From one output frame to the next, in input frames.
    public let stride: Int
    /// Input frames that an output frame sees.
    public let size: Int
    /// `[output, size * input]`: of a checkpoint's `[output, input, size]` with the last two dimensions exchanged.
    public var projection: Linear

    /// A layer whose parameters a checkpoint will fill.
    package init(inputChannels: Int, outputChannels: Int, size: Int, stride: Int, bias: Bool = true) {
        self.init(
            size: size, stride: stride,
            projection: Linear(input: inputChannels * size, output: outputChannels, bias: bias))
    }

    /// - Parameter projection: `[output, size * input]`
    package init(size: Int, stride: Int, projection: Linear) {
        (self.size, self.stride, self.projection) = (size, stride, projection)
    }

    /// How many frames come out where `frames` go in.
    public func outputCount(_ frames: Int) -> Int { frames < size ? 0 : (frames - size) / stride + 1 }

    /// - Parameters:
    ///   - x: `[frames, input channels]`
    ///   - activation: applied to the result.
    /// - Returns: `[output frames, output channels]`
    public func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
        let channels = x.shape[1]
        let windows = RowWindows(count: outputCount(x.shape[0]), size: size * channels, stride: stride * channels)
        return projection.run(x, in: windows, Epilogue(bias: projection.bias, activation: activation))
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("projection", &projection)
    }
}

extension Linear {
    /// The product with windows of `x`, or with its own rows where there are none, for a layer that runs.
    ///
    /// - Returns: `[windows, output]`
    func run(_ x: Tensor, in windows: (some ProductRows)?, _ epilogue: Epilogue) -> Tensor {
        guard adapter == nil, case .packed(let matrix) = weight.form else {
            preconditionFailure("a convolution of windows is not trained, nor adapted")
        }
        return windows.map { matrix.multiply($0, of: x, epilogue) } ?? matrix.multiply(x, epilogue)
    }
}
