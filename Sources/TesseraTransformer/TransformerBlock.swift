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

/// One layer of an encoder: self-attention, then a feed-forward network, each with normalisation and a residual sum.
public struct TransformerBlock: Layer {
    public let order: BlockConfiguration.NormalizationOrder
    public var attentionNorm: Normalization
    public var attention: MultiHeadAttention
    /// LayerScale, `[hidden]`.
    public var attentionScale: Tensor?
    public var feedForwardNorm: Normalization
    public var feedForward: FeedForward
    /// LayerScale, `[hidden]`.
    public var feedForwardScale: Tensor?

    /// A block whose parameters a checkpoint will fill.
    package init(_ configuration: BlockConfiguration) {
        let hidden = configuration.hiddenSize
        func normalization() -> Normalization {
            Normalization(
                configuration.normalization, unloadedSize: hidden, epsilon: configuration.normalizationEpsilon)
        }
        order = configuration.order
        attentionNorm = normalization()
        attention = MultiHeadAttention(
            hiddenSize: hidden, headCount: configuration.headCount, biases: configuration.attentionBiases)
        attentionScale = configuration.layerScale ? Tensor(unloaded: [hidden]) : nil
        feedForwardNorm = normalization()
        feedForward = FeedForward(
            hiddenSize: hidden, intermediateSize: configuration.intermediateSize, activation: configuration.activation,
            gated: configuration.gated, bias: configuration.feedForwardBias)
        feedForwardScale = configuration.layerScale ? Tensor(unloaded: [hidden]) : nil
    }

    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - outputTokens: how many of the first tokens are wanted; all of them when nil. The others are only attended to.
    ///   - positionBias: added to the attention scores, `[heads, tokens, tokens]`
    /// - Returns: `[batch, output tokens, hidden]`
    public func callAsFunction(
        _ x: Tensor, outputTokens: Int? = nil, positionBias: Tensor? = nil, mask: AttentionMask = .none
    ) -> Tensor {
        let bias = positionBias?.firstTokens(outputTokens)
        let residual = x.firstTokens(outputTokens)
        switch order {
        case .pre:
            let normalized = attentionNorm(x)
            let attended = attention(
                normalized.firstTokens(outputTokens), memory: outputTokens == nil ? nil : normalized, bias: bias,
                mask: mask, outputScale: attentionScale, addingTo: residual)
            return feedForward(feedForwardNorm(attended), outputScale: feedForwardScale, addingTo: attended)
        case .post:
            let attended = attentionNorm(
                attention(
                    residual, memory: outputTokens == nil ? nil : x, bias: bias, mask: mask,
                    outputScale: attentionScale, addingTo: residual))
            return feedForwardNorm(feedForward(attended, outputScale: feedForwardScale, addingTo: attended))
        }
    }

    /// What each token takes from each other one when this block reads `x`.
    ///
    /// - Returns: `[batch, heads, tokens, tokens]`
    public func attentionProbabilities(_ x: Tensor, positionBias: Tensor? = nil, mask: AttentionMask = .none) -> Tensor
    {
        attention.probabilities(order == .pre ? attentionNorm(x) : x, bias: positionBias, mask: mask)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("attentionNorm", &attentionNorm)
        try visitor.visit("attention", &attention)
        try visitor.visit("attentionScale", &attentionScale)
        try visitor.visit("feedForwardNorm", &feedForwardNorm)
        try visitor.visit("feedForward", &feedForward)
        try visitor.visit("feedForwardScale", &feedForwardScale)
    }
}

extension Tensor {
    /// The first `count` tokens of each sequence, or all where `count` is nil.
    func firstTokens(_ count: Int?) -> Tensor { count.map { tokens(0..<$0) } ?? self }
}
