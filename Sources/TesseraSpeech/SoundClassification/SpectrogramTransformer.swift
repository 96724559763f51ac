package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// A vision Transformer whose picture is a spectrogram (Gong et al., 2021): patches overlap, and two tokens lead, whose mean is what
/// the head reads.
package struct SpectrogramTransformer: Layer {
    /// What the model is made of.
    package let configuration: SpectrogramTransformerConfiguration
    /// A token a patch, those of the lowest frequencies first.
    package var patchEmbedding: PatchEmbedding
    /// `[hidden]` each.
    package var classToken, distillationToken: Tensor
    /// `[2 + patches, hidden]`
    package var positions: Tensor
    /// `[batch, tokens, hidden]` to the same.
    package var encoder: Encoder
    /// Of what the head reads.
    package var headNorm: Normalization
    /// `[labels, hidden]`
    package var head: Linear

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
    package func callAsFunction(_ spectrograms: Tensor) -> Tensor {
        let (batch, frames, bins) = (spectrograms.shape[0], spectrograms.shape[1], spectrograms.shape[2])
        let pictures = spectrograms.transposedSequences().reshaped([batch, 1, bins, frames])
        let tokens = patchEmbedding(pictures).prepending([classToken, distillationToken], adding: positions)
        var features = encoder(tokens, outputTokens: 2)
        features = features.meanOfTokens(from: 0)
        return head(headNorm(features))
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("patchEmbedding", &patchEmbedding, as: .input)
        try visitor.visit("classToken", &classToken, as: .token)
        try visitor.visit("distillationToken", &distillationToken, as: .token)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("headNorm", &headNorm)
        try visitor.visit("head", &head, as: .head)
    }
}
