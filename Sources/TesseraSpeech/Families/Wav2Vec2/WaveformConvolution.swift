package import TesseraLayers
internal import TesseraTensor

/// A convolution of the feature encoder: with its normalisation, where it has one, and what follows.
package struct WaveformConvolution: Layer {
    private let activation: Activation
    /// Where it does not depend on the whole sound.
    var convolution: ValidConvolution1D?
    /// Where each channel is normalised over the whole sound.
    var normalized: ChannelNormalizedConvolution?
    /// Of each frame.
    var norm: Normalization?

    /// A layer whose parameters a checkpoint will fill.
    ///
    /// - Parameter index: of the convolution, counted from 0.
    init(_ configuration: WaveformConfiguration, index: Int) {
        let own = configuration.convolutions[index]
        let isByChannel = index == 0 && configuration.featureNormalization == .firstByChannel
        activation = configuration.convolutionActivation
        if isByChannel {
            normalized = ChannelNormalizedConvolution(
                channels: own.channels, size: own.size, stride: own.stride, bias: configuration.convolutionBias)
        } else {
            convolution = ValidConvolution1D(
                inputChannels: index == 0 ? 1 : configuration.convolutions[index - 1].channels,
                outputChannels: own.channels, size: own.size, stride: own.stride, bias: configuration.convolutionBias)
        }
        norm = configuration.featureNormalization == .everyFrame ? Normalization(.layerNorm, size: own.channels) : nil
    }

    /// The same with what the whole sound decides: then any part of it can be gone through by itself.
    ///
    /// - Parameter samples: all of the sound, `[samples]`
    func settled(for samples: Tensor) -> WaveformConvolution {
        guard let normalized else { return self }
        var settled = self
        settled.convolution = normalized.convolution(for: samples)
        return settled
    }

    /// - Parameter x: `[frames, input channels]`
    /// - Returns: `[output frames, channels]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        guard let convolution else { preconditionFailure("a convolution has to be settled first") }
        guard let norm else { return convolution(x, activation: activation) }
        return activation(norm(convolution(x)))
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("convolution", &convolution, as: .input)
        try visitor.visit("normalized", &normalized)
        try visitor.visit("norm", &norm)
    }
}
