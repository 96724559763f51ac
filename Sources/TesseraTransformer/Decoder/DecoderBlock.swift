public import TesseraLayers
internal import TesseraTensor

/// One layer of a decoder: self-attention to what came before, attention to the encoder's output where there is one, then a
/// feed-forward network; each with normalisation and a residual sum (Vaswani et al., 2017, 3.1).
public struct DecoderBlock: Layer {
    public let order: BlockConfiguration.NormalizationOrder
    public var attentionNorm: Normalization
    public var attention: MultiHeadAttention
    /// Absent in decoders that stand alone (GPT-2).
    public var crossAttentionNorm: Normalization?
    public var crossAttention: MultiHeadAttention?
    public var feedForwardNorm: Normalization
    public var feedForward: FeedForward

    /// A block whose parameters a checkpoint will fill.
    package init(_ configuration: BlockConfiguration, crossAttention: Bool) {
        order = configuration.order
        attentionNorm = configuration.makeNormalization()
        attention = configuration.makeAttention()
        crossAttentionNorm = crossAttention ? configuration.makeNormalization() : nil
        self.crossAttention = crossAttention ? configuration.makeAttention() : nil
        feedForwardNorm = configuration.makeNormalization()
        feedForward = configuration.makeFeedForward()
    }

    /// - Parameters:
    ///   - x: the tokens behind those in the cache, `[sequences, tokens, hidden]`
    ///   - cache: what the block remembers; the new tokens' keys and values are added to it.
    ///   - tokenCount: how many tokens it remembers of each sequence.
    ///   - positionBias: added to the scores of self-attention, `[heads, tokens, tokenCount + tokens]`
    ///   - crossProbabilities: called with what each token takes from each position of the encoder's output,
    ///     `[outputs, heads, sequences of an output * tokens, positions]`, where it is wanted.
    /// - Returns: `[sequences, tokens, hidden]`
    func callAsFunction(
        _ x: Tensor, cache: inout KeyValueCache.Block, tokenCount: Int, validMemory: [[Bool]]?,
        positionBias: Tensor? = nil, crossProbabilities: ((Tensor) -> Void)? = nil
    ) -> Tensor {
        var x = sublayer(x, attentionNorm) { input, residual in
            let projected = Linear.map(input, by: [attention.query, attention.key, attention.value])
            cache.append(key: projected[1], value: projected[2], after: tokenCount)
            return attention.attend(
                query: projected[0], key: cache.key, value: cache.value, keyCount: tokenCount + input.shape[1],
                bias: positionBias, mask: AttentionMask(causalOffset: tokenCount), addingTo: residual)
        }
        if let crossAttention, let crossAttentionNorm, let memory = cache.memory {
            x = sublayer(x, crossAttentionNorm) { input, residual in
                // The sequences that read one output are further queries to it.
                let queries = input.shape[0] * input.shape[1] / max(1, memory.batch)
                let query = crossAttention.query(input).reshaped([memory.batch, queries, memory.width])
                crossProbabilities?(crossAttention.probabilities(query: query, memory, validKeys: validMemory))
                return crossAttention.attend(
                    query: query, memory, validKeys: validMemory,
                    addingTo: residual.reshaped([memory.batch, queries, input.shape[2]])
                ).reshaped(input.shape)
            }
        }
        return sublayer(x, feedForwardNorm) { input, residual in feedForward(input, addingTo: residual) }
    }

    /// `x + f(norm(x))` or `norm(x + f(x))`, where `body` adds the residual itself.
    private func sublayer(
        _ x: Tensor, _ norm: Normalization, _ body: (_ input: Tensor, _ residual: Tensor) -> Tensor
    ) -> Tensor {
        switch order {
        case .pre: body(norm(x), x)
        case .post: norm(body(x, x))
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("attentionNorm", &attentionNorm)
        try visitor.visit("attention", &attention)
        try visitor.visit("crossAttentionNorm", &crossAttentionNorm)
        try visitor.visit("crossAttention", &crossAttention, as: .memory)
        try visitor.visit("feedForwardNorm", &feedForwardNorm)
        try visitor.visit("feedForward", &feedForward)
    }
}
