public import TesseraLayers
public import TesseraTensor

/// One layer of an encoder: self-attention, then a feed-forward network, each with normalisation and a residual sum.
public struct TransformerBlock: Layer {
    /// Where the block normalises.
    public let order: BlockConfiguration.NormalizationOrder
    /// Of self-attention.
    public var attentionNorm: Normalization
    /// From every token to every other one.
    public var attention: MultiHeadAttention
    /// LayerScale, `[hidden]`.
    public var attentionScale: Tensor?
    /// Of the feed-forward network.
    public var feedForwardNorm: Normalization
    /// What each token passes for itself.
    public var feedForward: FeedForward
    /// LayerScale, `[hidden]`.
    public var feedForwardScale: Tensor?

    /// A block whose parameters are not there yet: see `Trainable`.
    public init(_ configuration: BlockConfiguration) {
        let hidden = configuration.hiddenSize
        precondition(!configuration.isParallel, "the sublayers of an encoder follow each other")
        order = configuration.order
        attentionNorm = configuration.makeNormalization()
        attention = configuration.makeAttention()
        attentionScale = configuration.layerScale ? Tensor(unloaded: [hidden]) : nil
        feedForwardNorm = configuration.makeNormalization()
        feedForward = configuration.makeFeedForward()
        feedForwardScale = configuration.layerScale ? Tensor(unloaded: [hidden]) : nil
    }

    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - outputTokens: how many of the first tokens are wanted; all of them when nil. The others are only attended to.
    ///   - positions: added to where queries and keys come from, `[tokens, hidden]`
    ///   - positionBias: added to the attention scores, `[heads, tokens, tokens]`
    ///   - rotation: what turns queries and keys, of each token.
    /// - Returns: `[batch, output tokens, hidden]`
    public func callAsFunction(
        _ x: Tensor, outputTokens: Int? = nil, positions: Tensor? = nil, positionBias: Tensor? = nil,
        mask: AttentionMask = .none, rotation: Rotation? = nil
    ) -> Tensor {
        let positions = positions.map {
            MultiHeadAttention.Positions(query: $0.rows(0..<(outputTokens ?? x.shape[1])), key: $0)
        }
        let bias = positionBias?.firstTokens(outputTokens)
        let residual = x.firstTokens(outputTokens)
        switch order {
        case .pre:
            let normalized = attentionNorm(x)
            let attended = attention(
                normalized.firstTokens(outputTokens), memory: outputTokens == nil ? nil : normalized,
                positions: positions, bias: bias, mask: mask, rotation: rotation, outputScale: attentionScale,
                addingTo: residual)
            return feedForward(feedForwardNorm(attended), outputScale: feedForwardScale, addingTo: attended)
        case .post:
            let attended = attentionNorm(
                attention(
                    residual, memory: outputTokens == nil ? nil : x, positions: positions, bias: bias, mask: mask,
                    rotation: rotation,
                    outputScale: attentionScale, addingTo: residual))
            return feedForwardNorm(feedForward(attended, outputScale: feedForwardScale, addingTo: attended))
        }
    }

    /// What each token takes from each other one when this block reads `x`.
    ///
    /// - Returns: `[batch, heads, tokens, tokens]`
    public func attentionProbabilities(
        _ x: Tensor, positionBias: Tensor? = nil, mask: AttentionMask = .none, rotation: Rotation? = nil
    ) -> Tensor {
        attention.probabilities(
            order == .pre ? attentionNorm(x) : x, bias: positionBias, mask: mask, rotation: rotation)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("attentionNorm", &attentionNorm)
        try visitor.visit("attention", &attention)
        try visitor.visit("attentionScale", &attentionScale, as: .scale)
        try visitor.visit("feedForwardNorm", &feedForwardNorm)
        try visitor.visit("feedForward", &feedForward)
        try visitor.visit("feedForwardScale", &feedForwardScale, as: .scale)
    }
}

extension Tensor {
    /// The first `count` tokens of each sequence, or all where `count` is nil.
    func firstTokens(_ count: Int?) -> Tensor { count.map { tokens(0..<$0) } ?? self }
}
