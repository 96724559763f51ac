public import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// A vision Transformer whose picture is a spectrogram (Gong et al., 2021): patches overlap, and two tokens lead, whose mean is what
/// the head reads.
public struct SpectrogramTransformer: Layer {
    /// What the model is made of.
    public let configuration: SpectrogramTransformerConfiguration
    /// A token a patch, those of the lowest frequencies first.
    public var patchEmbedding: PatchEmbedding
    /// The two tokens that lead, `[hidden]` each.
    public var classToken, distillationToken: Tensor
    /// `[2 + patches, hidden]`
    public var positions: Tensor
    /// `[batch, tokens, hidden]` to the same.
    public var encoder: Encoder
    /// Of what the head reads.
    public var headNorm: Normalization
    /// `[labels, hidden]`
    public var head: Linear

    /// A model whose parameters a checkpoint will fill.
    package init(_ configuration: SpectrogramTransformerConfiguration) {
        self.configuration = configuration
        let block = configuration.block
        patchEmbedding = PatchEmbedding(
            channelCount: 1, patchHeight: configuration.patchSize, patchWidth: configuration.patchSize,
            hiddenSize: block.hiddenSize, strides: (configuration.frequencyStride, configuration.timeStride))
        classToken = Tensor(unloaded: [block.hiddenSize])
        distillationToken = Tensor(unloaded: [block.hiddenSize])
        positions = Tensor(unloaded: [2 + configuration.patchCount, block.hiddenSize])
        encoder = Encoder(layerCount: configuration.layerCount, block, finalNorm: true)
        headNorm = Normalization(.layerNorm, size: block.hiddenSize, epsilon: block.normalizationEpsilon)
        head = Linear(input: block.hiddenSize, output: configuration.labels.count)
    }

    /// - Parameter spectrograms: `[batch, frames, mel bins]`
    /// - Returns: `[batch, labels]`
    public func callAsFunction(_ spectrograms: Tensor) -> Tensor {
        let tokens = encoder(embedded(pictures(of: spectrograms)), outputTokens: 2)
        return head(headNorm(tokens.meanOfTokens(from: 0)))
    }

    /// Low frequencies are above, and time runs to the right: `[batch, 1, mel bins, frames]`.
    func pictures(of spectrograms: Tensor) -> Tensor {
        let (batch, frames, bins) = (spectrograms.shape[0], spectrograms.shape[1], spectrograms.shape[2])
        return spectrograms.transposedSequences().reshaped([batch, 1, bins, frames])
    }

    /// The tokens that enter the encoder, `[batch, tokens, hidden]`.
    func embedded(_ pictures: Tensor) -> Tensor {
        patchEmbedding(pictures).prepending([classToken, distillationToken], adding: positions)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("patchEmbedding", &patchEmbedding, as: .input)
        try visitor.visit("classToken", &classToken, as: .token)
        try visitor.visit("distillationToken", &distillationToken, as: .token)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("headNorm", &headNorm, as: .head)
        try visitor.visit("head", &head, as: .head)
    }
}
