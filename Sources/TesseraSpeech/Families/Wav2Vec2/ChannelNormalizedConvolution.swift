package import TesseraLayers
internal import TesseraTensor

/// A convolution of the samples of a sound whose channels are each normalised over the whole of it (Wu & He, 2018, with as many
/// groups as channels): the first of wav2vec 2.0's feature encoder.
///
/// Mean and variance of a channel follow from those of the samples that its taps meet, of which there are ten: with them the
/// normalisation becomes part of the kernel, and the 500 channels need not be gone through for it.
package struct ChannelNormalizedConvolution: Layer {
    /// From one frame to the next, in samples.
    let stride: Int
    /// `[channels, taps, 1]`
    var kernel: Tensor
    /// `[channels]`; it moves a channel and its mean alike, and is gone once the mean is taken off.
    var bias: Tensor?
    /// What a normalised channel is multiplied with, `[channels]`.
    var scale: Tensor
    /// What is added to it, `[channels]`.
    var shift: Tensor

    /// What is added to the variance: PyTorch's, which no config.json names.
    private static let epsilon = 1e-5

    /// A layer whose parameters a checkpoint will fill.
    init(channels: Int, size: Int, stride: Int, bias: Bool) {
        self.stride = stride
        kernel = Tensor(unloaded: [channels, size, 1])
        self.bias = bias ? Tensor(unloaded: [channels]) : nil
        scale = Tensor(unloaded: [channels])
        shift = Tensor(unloaded: [channels])
    }

    /// The convolution with the normalisation of one sound in its kernel.
    ///
    /// - Parameter samples: all of the sound, `[samples]`
    func convolution(for samples: Tensor) -> ValidConvolution1D {
        let (channels, size) = (kernel.shape[0], kernel.shape[1])
        let statistics = WindowStatistics(samples, size: size, stride: stride)
        var (weights, offsets) = (kernel.values, [Float](repeating: 0, count: channels))
        let (scales, shifts) = (scale.values, shift.values)
        for channel in 0..<channels {
            let taps = channel * size..<(channel + 1) * size
            let (mean, variance) = statistics.moments(of: weights[taps])
            let factor = Double(scales[channel]) / (variance + Self.epsilon).squareRoot()
            for tap in taps { weights[tap] = Float(Double(weights[tap]) * factor) }
            offsets[channel] = Float(Double(shifts[channel]) - mean * factor)
        }
        return ValidConvolution1D(
            size: size, stride: stride,
            projection: Linear(
                weight: Tensor(shape: [channels, size], weights), bias: Tensor(shape: [channels], offsets)))
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("kernel", &kernel, as: .constant)
        try visitor.visit("bias", &bias, as: .bias)
        try visitor.visit("scale", &scale, as: .norm)
        try visitor.visit("shift", &shift, as: .shift)
    }
}
