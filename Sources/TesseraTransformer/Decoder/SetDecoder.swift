public import TesseraLayers
public import TesseraTensor

/// A decoder that reads no tokens: learned queries, all at once, each of which comes to say what one element of a set is (Carion et al.,
/// 2020, DETR).
public struct SetDecoder: Layer {
    /// What tells queries from each other, `[queries, hidden]`; added to where queries and keys come from, in every block.
    public var queries: Tensor
    /// One after the other, each with attention to the encoder's output.
    public var blocks: [DecoderBlock]
    /// Behind the last block.
    public var finalNorm: Normalization
    /// Whether what leaves a block passes `finalNorm` before it enters the next, as it does in transformers' models that were trained to
    /// predict the set behind every block.
    public let normalizesBetweenBlocks: Bool

    /// A decoder whose parameters a checkpoint will fill.
    ///
    /// - Parameters:
    ///   - queryCount: the most elements a set has.
    ///   - layerCount: how many blocks there are.
    ///   - configuration: of each block.
    ///   - normalizesBetweenBlocks: whether what leaves a block passes the last normalisation before it enters the next.
    public init(queryCount: Int, layerCount: Int, _ configuration: BlockConfiguration, normalizesBetweenBlocks: Bool) {
        queries = Tensor(unloaded: [queryCount, configuration.hiddenSize])
        blocks = Array(repeating: DecoderBlock(configuration, crossAttention: true), count: layerCount)
        finalNorm = configuration.makeNormalization()
        self.normalizesBetweenBlocks = normalizesBetweenBlocks
    }

    /// - Parameters:
    ///   - memory: the encoder's output, `[batch, positions, hidden]`
    ///   - positions: added to where keys of the encoder's output come from, `[positions, hidden]`
    /// - Returns: `[batch, queries, hidden]`
    public func callAsFunction(_ memory: Tensor, positions: Tensor) -> Tensor {
        // Queries know nothing at first but which they are.
        var x = Tensor(shape: [memory.shape[0]] + queries.shape, repeating: 0)
        for block in blocks where !Cancellation.isDue {
            x = block(x, memory: memory, queries: queries, positions: positions)
            if normalizesBetweenBlocks { x = finalNorm(x) }
        }
        return finalNorm(x)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("queries", &queries, as: .token)
        try visitor.visit("blocks", &blocks)
        try visitor.visit("finalNorm", &finalNorm)
    }
}

extension DecoderBlock {
    /// All tokens at once, which see each other.
    ///
    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - memory: the encoder's output, `[batch, positions, hidden]`
    ///   - queries: added to where queries come from, and keys of the tokens, `[tokens, hidden]`
    ///   - positions: added to where keys of the encoder's output come from, `[positions, hidden]`
    /// - Returns: `[batch, tokens, hidden]`
    fileprivate func callAsFunction(_ x: Tensor, memory: Tensor, queries: Tensor, positions: Tensor) -> Tensor {
        let within = MultiHeadAttention.Positions(queries)
        var x = sublayer(x, attentionNorm) { attention($0, positions: within, addingTo: $1) }
        if let crossAttention, let crossAttentionNorm {
            let across = MultiHeadAttention.Positions(query: queries, key: positions)
            x = sublayer(x, crossAttentionNorm) {
                crossAttention($0, memory: memory, positions: across, addingTo: $1)
            }
        }
        return sublayer(x, feedForwardNorm) { feedForward($0, addingTo: $1) }
    }
}
