public import TesseraLayers
public import TesseraTensor

/// What the blocks of an encoder or a decoder are made of; families differ in nothing else.
///
/// The blocks of the original Transformer, "Attention Is All You Need", Table 3, base:
///
/// ```swift
/// var block = BlockConfiguration(hiddenSize: 512, headCount: 8, intermediateSize: 2048)
/// (block.order, block.activation) = (.post, .relu)
/// let encoder = Encoder(layerCount: 6, block, finalNorm: false)
/// ```
public struct BlockConfiguration: Sendable {
    /// Where a block normalises.
    public enum NormalizationOrder: Sendable {
        /// Before each sublayer, `x + f(norm(x))`: ViT, Whisper, GPT-2, T5.
        case pre
        /// After each residual sum, `norm(x + f(x))`: the original Transformer, BERT.
        case post
    }

    /// Features of a token.
    public var hiddenSize: Int
    /// Heads of each attention.
    public var headCount: Int
    /// Heads of the keys and values of each attention, where they are fewer (Ainslie et al., 2023).
    public var keyHeadCount: Int?
    /// Features inside the feed-forward network.
    public var intermediateSize: Int
    /// Of the feed-forward network.
    public var activation: Activation = .gelu
    /// Whether the feed-forward network is gated (Shazeer, 2020).
    public var gated = false
    /// How tokens are normalised.
    public var normalization: Normalization.Kind = .layerNorm
    /// What is added to the variance.
    public var normalizationEpsilon: Float
    /// Where the block normalises.
    public var order: NormalizationOrder = .pre
    /// Whether attention and feed-forward network of a decoder's block read the same, `x + f(norm(x)) + g(norm(x))`, with norms of their
    /// own (GPT-NeoX); in the order `pre` alone, and without an encoder's output.
    public var isParallel = false
    /// Which of the attention's projections have a bias.
    public var attentionBiases = MultiHeadAttention.Biases()
    /// Heads times their size, where that is not the hidden size (T5, Llama).
    public var attentionInnerSize: Int?
    /// What attention scores are multiplied with, where that is not 1 / sqrt(head size) (T5).
    public var attentionScale: Float?
    /// Whether the matrices of the feed-forward network have a bias.
    public var feedForwardBias = true
    /// Whether each sublayer's result is multiplied with a learned vector before it is added (Touvron et al., 2021).
    public var layerScale = false

    /// A block of ViT: normalised before each sublayer, with GELU and every bias.
    ///
    /// - Parameters:
    ///   - hiddenSize: features of a token; the heads divide it, unless `attentionInnerSize` says otherwise.
    ///   - headCount: heads of each attention.
    ///   - intermediateSize: features inside the feed-forward network.
    ///   - normalizationEpsilon: what is added to the variance.
    public init(hiddenSize: Int, headCount: Int, intermediateSize: Int, normalizationEpsilon: Float = 1e-5) {
        self.hiddenSize = hiddenSize
        self.headCount = headCount
        self.intermediateSize = intermediateSize
        self.normalizationEpsilon = normalizationEpsilon
    }
}

extension BlockConfiguration {
    // Layers whose parameters are not there yet.

    func makeNormalization() -> Normalization {
        Normalization(normalization, size: hiddenSize, epsilon: normalizationEpsilon)
    }

    func makeAttention() -> MultiHeadAttention {
        MultiHeadAttention(
            hiddenSize: hiddenSize, headCount: headCount, keyHeadCount: keyHeadCount, innerSize: attentionInnerSize,
            biases: attentionBiases, scale: attentionScale)
    }

    func makeFeedForward() -> FeedForward {
        FeedForward(
            hiddenSize: hiddenSize, intermediateSize: intermediateSize, activation: activation, gated: gated,
            bias: feedForwardBias)
    }
}
