public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// An encoder-decoder that reads frames of sound and writes tokens of text: Whisper (Radford et al., 2022) and Speech2Text
/// (Wang et al., 2020).
///
/// frames → convolutions → positions → encoder → decoder, token by token → logits.
public struct SpeechTransformer: Layer {
    /// What the model is made of.
    public let configuration: SpeechConfiguration
    /// What brings frames to positions, `[batch, frames, mel bins]` to `[batch, positions, hidden]`.
    public var convolutions: [Convolution1D]
    /// Learned or published positions of the encoder, `[positions, hidden]`.
    public var encoderPositions: Tensor?
    /// What the positions pass, `[batch, positions, hidden]` to the same.
    public var encoder: Encoder
    /// What writes tokens, each with an eye on those before it and on the encoder's output.
    public var decoder: TokenDecoder

    /// A model whose parameters a checkpoint will fill.
    package init(_ configuration: SpeechConfiguration) {
        self.configuration = configuration
        let hidden = configuration.encoderBlock.hiddenSize
        convolutions = configuration.convolutions.map {
            Convolution1D(
                inputChannels: $0.inputChannels, outputChannels: $0.outputChannels, size: $0.size, stride: $0.stride)
        }
        encoder = Encoder(layerCount: configuration.encoderLayerCount, configuration.encoderBlock, finalNorm: true)
        decoder = TokenDecoder(configuration.decoder)
        if case .tables = configuration.positions {
            encoderPositions = Tensor(unloaded: [configuration.encoderContextLength, hidden])
        }
    }

    /// - Parameter frames: `[batch, frames, mel bins]`, no more than the encoder has positions for.
    /// - Returns: `[batch, positions, hidden]`
    public func encoded(_ frames: Tensor) -> Tensor { encoder(embedded(frames)) }

    /// The positions that enter the encoder, `[batch, positions, hidden]`.
    ///
    /// - Parameter frames: `[batch, frames, mel bins]`
    public func embedded(_ frames: Tensor) -> Tensor {
        var x = frames
        for convolution in convolutions {
            switch configuration.convolutionActivation {
            case .gelu: x = convolution(x, activation: .gelu)
            case .gatedLinearUnit: x = convolution(x).gatedLinearUnits()
            }
        }
        return positioned(x)
    }

    /// What the convolutions gave, scaled and with positions, `[batch, positions, hidden]`.
    func positioned(_ x: Tensor) -> Tensor {
        var x = x
        if configuration.encoderEmbeddingScale != 1 { x *= configuration.encoderEmbeddingScale }
        precondition(x.shape[1] <= configuration.encoderContextLength, "\(x.shape[1]) positions are too many")
        x.addToEachSequence(encoderPositionTable(x.shape[1]))
        return x
    }

    /// The first positions of the encoder, `[positions, hidden]`.
    private func encoderPositionTable(_ count: Int) -> Tensor {
        if case .sinusoidal(let first) = configuration.positions {
            return tensor2tensorPositions(
                first..<first + count, hiddenSize: configuration.encoderBlock.hiddenSize)
        }
        guard let encoderPositions else { preconditionFailure("a family with tables has one for the encoder") }
        return encoderPositions.rows(0..<count)
    }

    /// How many positions `frames` frames become.
    public func positionCount(frames: Int) -> Int { convolutions.reduce(frames) { $1.outputCount($0) } }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("convolutions", &convolutions, as: .input)
        // Sinusoids that checkpoints carry: no training of Whisper has changed them.
        try visitor.visit("encoderPositions", &encoderPositions, as: .constant)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
    }
}
