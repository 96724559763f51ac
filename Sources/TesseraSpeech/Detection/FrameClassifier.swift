public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// Tells of each frame of sound how likely it is speech: a few frames are a token, as patches of a picture are ViT's (Dosovitskiy et
/// al., 2020), and a linear head judges each frame of a token.
///
/// frames → tokens with positions → encoder → a logit a frame.
public struct FrameClassifier: Layer {
    /// What the model is made of.
    public let configuration: FrameClassifierConfiguration
    /// Makes tokens of frames, `[hidden, frames a token * mel bins]`.
    public var frameEmbedding: Linear
    /// `[context length, hidden]`
    public var positions: Tensor
    /// What the tokens pass, `[batch, tokens, hidden]` to the same.
    public var encoder: Encoder
    /// `[frames a token, hidden]`
    public var head: Linear

    /// A model whose parameters a checkpoint will fill.
    init(_ configuration: FrameClassifierConfiguration) {
        self.configuration = configuration
        let hidden = configuration.block.hiddenSize
        frameEmbedding = Linear(input: configuration.framesAToken * configuration.melBinCount, output: hidden)
        positions = Tensor(unloaded: [configuration.contextLength, hidden])
        encoder = Encoder(layerCount: configuration.layerCount, configuration.block, finalNorm: true)
        head = Linear(input: hidden, output: configuration.framesAToken)
    }

    /// - Parameter frames: log-mel features, `[batch, frames, mel bins]`; whole tokens, and no more than there are positions for.
    /// - Returns: above 0 where it is more likely speech than not, `[batch, frames]`
    public func logits(_ frames: Tensor) -> Tensor {
        head(encoder(embedded(tokens(of: frames)))).reshaped([frames.shape[0], frames.shape[1]])
    }

    /// - Returns: `[batch, tokens, frames a token * mel bins]`
    func tokens(of frames: Tensor) -> Tensor {
        let count = configuration.framesAToken
        precondition(frames.shape[1] % count == 0, "\(frames.shape[1]) frames are no whole tokens of \(count)")
        return frames.reshaped([frames.shape[0], frames.shape[1] / count, count * frames.shape[2]])
    }

    /// - Parameter tokens: `[batch, tokens, frames a token * mel bins]`
    /// - Returns: what enters the encoder, `[batch, tokens, hidden]`
    func embedded(_ tokens: Tensor) -> Tensor {
        precondition(tokens.shape[1] <= configuration.contextLength, "\(tokens.shape[1]) tokens are too many")
        var x = frameEmbedding(tokens)
        x.addToEachSequence(positions.rows(0..<tokens.shape[1]))
        return x
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("frameEmbedding", &frameEmbedding, as: .input)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("head", &head, as: .head)
    }
}
