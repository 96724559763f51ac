public import TesseraLayers
public import TesseraTensor

/// What the blocks of an encoder or a decoder are made of; families differ in nothing else.
public struct BlockConfiguration: Sendable {
    /// Where a block normalises.
    public enum NormalizationOrder: Sendable {
        /// Before each sublayer, `x + f(norm(x))`: ViT, Whisper, GPT-2, T5.
        case pre
        /// After each residual sum, `norm(x + f(x))`: the original Transformer, BERT.
        case post
    }

    public var hiddenSize: Int
    public var headCount: Int
    public var intermediateSize: Int
    public var activation: Activation = .gelu
    public var gated = false
    public var normalization: Normalization.Kind = .layerNorm
    public var normalizationEpsilon: Float
    public var order: NormalizationOrder = .pre
    public var attentionBiases = MultiHeadAttention.Biases()
    /// Heads times their size, where that is not the hidden size (T5).
    public var attentionInnerSize: Int?
    /// What attention scores are multiplied with, where that is not 1 / sqrt(head size) (T5).
    public var attentionScale: Float?
    public var feedForwardBias = true
    /// Whether each sublayer's result is multiplied with a learned vector before it is added (Touvron et al., 2021).
    public var layerScale = false

    public init(hiddenSize: Int, headCount: Int, intermediateSize: Int, normalizationEpsilon: Float) {
        self.hiddenSize = hiddenSize
        self.headCount = headCount
        self.intermediateSize = intermediateSize
        self.normalizationEpsilon = normalizationEpsilon
    }
}

extension BlockConfiguration {
    // Layers whose parameters a checkpoint will fill.

    func makeNormalization() -> Normalization {
        Normalization(normalization, unloadedSize: hiddenSize, epsilon: normalizationEpsilon)
    }

    func makeAttention() -> MultiHeadAttention {
        MultiHeadAttention(
            hiddenSize: hiddenSize, headCount: headCount, innerSize: attentionInnerSize, biases: attentionBiases,
            scale: attentionScale)
    }

    func makeFeedForward() -> FeedForward {
        FeedForward(
            hiddenSize: hiddenSize, intermediateSize: intermediateSize, activation: activation, gated: gated,
            bias: feedForwardBias)
    }
}
