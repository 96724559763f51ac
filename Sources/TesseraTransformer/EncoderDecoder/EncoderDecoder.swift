public import TesseraLayers
public import TesseraTensor

/// The encoder-decoder of "Attention Is All You Need" (Vaswani et al., 2017), Figure 1: it reads token ids and writes others. Encoder and
/// decoder share the table of tokens. Marian, BART and T5 are such; Chronos reads and writes numbers with one.
public struct EncoderDecoder: Layer {
    /// What the model is made of.
    public let configuration: EncoderDecoderConfiguration
    /// Learned positions of the encoder, where the family has them, `[context length, hidden]`.
    public var positions: Tensor?
    /// A bias of the encoder's attention for the distance between two tokens, where the family has one (T5).
    public var relativePositions: RelativePositionBuckets?
    /// What embedded tokens pass on their way to the encoder, where the family has it (BART).
    public var embeddingNorm: Normalization?
    /// What the read tokens pass, `[batch, tokens, hidden]` to the same.
    public var encoder: Encoder
    /// What writes tokens, each with an eye on those before it and on the encoder's output. Its embedding is the encoder's too.
    public var decoder: TokenDecoder

    /// A model whose parameters are not there yet: see `Trainable`.
    public init(_ configuration: EncoderDecoderConfiguration) {
        self.configuration = configuration
        let decoding = configuration.decoder
        positions = decoding.positionTable
        relativePositions = decoding.relativePositions.map {
            RelativePositionBuckets($0, headCount: configuration.encoderBlock.headCount, isBidirectional: true)
        }
        embeddingNorm = decoding.hasEmbeddingNorm ? configuration.encoderBlock.makeNormalization() : nil
        encoder = Encoder(
            layerCount: configuration.encoderLayerCount, configuration.encoderBlock,
            finalNorm: configuration.encoderHasFinalNorm)
        decoder = TokenDecoder(decoding)
    }

    /// The encoder's output for tokens, `[batch, tokens, hidden]`.
    ///
    /// - Parameters:
    ///   - ids: as many of each sequence, and no more than the context has room for.
    ///   - valid: which of them are valid, `[batch, tokens]`; nil where all are.
    public func encoded(_ ids: [[Int32]], valid: [[Bool]]?) -> Tensor {
        let x = embedded(ids)
        return encoded(embeddingNorm.map { $0(x) } ?? x, valid: valid)
    }

    /// The encoder's output, `[batch, tokens, hidden]`.
    ///
    /// - Parameters:
    ///   - x: embedded tokens, `[batch, tokens, hidden]`
    ///   - valid: which of them are valid, `[batch, tokens]`; nil where all are.
    public func encoded(_ x: Tensor, valid: [[Bool]]?) -> Tensor {
        let bias = relativePositions.map { $0(queries: 0..<x.shape[1], keyCount: x.shape[1]) }
        return encoder(x, positionBias: { _ in bias }, mask: AttentionMask(validKeys: valid))
    }

    /// Tokens with their positions, before their normalisation, `[batch, tokens, hidden]`.
    func embedded(_ ids: [[Int32]]) -> Tensor {
        let length = ids.first?.count ?? 0
        precondition(ids.allSatisfy { $0.count == length }, "as many tokens of each sequence")
        precondition(length <= decoder.contextLength, "\(length) tokens of \(decoder.contextLength)")
        var x = decoder.embedding(ids.flatMap(\.self))
        if decoder.embeddingScale != 1 { x *= decoder.embeddingScale }
        x = x.reshaped([ids.count, length, x.shape[1]])
        let places = Array(0..<length)
        if let encodings = configuration.decoder.encodings(of: places, learned: positions) {
            x.addToEachSequence(encodings)
        }
        return x
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("relativePositions", &relativePositions)
        try visitor.visit("embeddingNorm", &embeddingNorm)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("decoder", &decoder)
    }
}
