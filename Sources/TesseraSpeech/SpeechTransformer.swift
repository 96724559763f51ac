public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// An encoder-decoder that reads frames of sound and writes tokens of text: Whisper (Radford et al., 2022) and Speech2Text
/// (Wang et al., 2020).
///
/// frames → convolutions → positions → encoder → decoder, token by token → logits.
public struct SpeechTransformer: Layer {
    public let configuration: SpeechConfiguration
    public var convolutions: [Convolution1D]
    /// Learned or published positions of the encoder, `[positions, hidden]`.
    public var encoderPositions: Tensor?
    /// Positions of the encoder that are computed, `[positions, hidden]`; no parameter.
    public var fixedEncoderPositions: Tensor?
    public var encoder: Encoder
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
        switch configuration.positions {
        case .tables: encoderPositions = Tensor(unloaded: [configuration.encoderContextLength, hidden])
        case .sinusoidal(let first):
            fixedEncoderPositions = tensor2tensorPositions(
                first..<first + configuration.encoderContextLength, hiddenSize: hidden)
            decoder.fixedPositions = tensor2tensorPositions(
                first..<first + configuration.decoder.contextLength, hiddenSize: hidden)
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
        if configuration.encoderEmbeddingScale != 1 { x *= configuration.encoderEmbeddingScale }
        guard let table = encoderPositions ?? fixedEncoderPositions else { return x }
        let (batch, positions, hidden) = (x.shape[0], x.shape[1], x.shape[2])
        precondition(positions <= table.shape[0], "\(positions) positions of \(table.shape[0])")
        x = x.reshaped([batch, positions * hidden])
        x.addToEachRow(table.rows(0..<positions).reshaped([positions * hidden]))
        return x.reshaped([batch, positions, hidden])
    }

    /// How many positions `frames` frames become.
    public func positionCount(frames: Int) -> Int { convolutions.reduce(frames) { $1.outputCount($0) } }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("convolutions", &convolutions)
        try visitor.visit("encoderPositions", &encoderPositions)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
    }
}
