public import TesseraLayers
internal import TesseraTensor

/// One layer of a decoder: self-attention to what came before, attention to the encoder's output where there is one, then a
/// feed-forward network; each with normalisation and a residual sum (Vaswani et al., 2017, 3.1).
public struct DecoderBlock: Layer {
    /// Where the block normalises.
    public let order: BlockConfiguration.NormalizationOrder
    /// Whether attention and feed-forward network read the same.
    public let isParallel: Bool
    /// Of self-attention, `[batch, tokens, hidden]` to the same.
    public var attentionNorm: Normalization
    /// To the tokens before, and to the token itself.
    public var attention: MultiHeadAttention
    /// Absent in decoders that stand alone (GPT-2).
    public var crossAttentionNorm: Normalization?
    /// To the encoder's output.
    public var crossAttention: MultiHeadAttention?
    /// Of the feed-forward network.
    public var feedForwardNorm: Normalization
    /// What each token passes for itself.
    public var feedForward: FeedForward

    /// A block whose parameters are not there yet: see `Trainable`.
    ///
    /// - Parameter crossAttention: whether it attends to an encoder's output.
    public init(_ configuration: BlockConfiguration, crossAttention: Bool) {
        precondition(
            !configuration.isParallel || configuration.order == .pre && !crossAttention,
            "sublayers that read the same normalise first, and no encoder's output")
        order = configuration.order
        isParallel = configuration.isParallel
        attentionNorm = configuration.makeNormalization()
        attention = configuration.makeAttention()
        crossAttentionNorm = crossAttention ? configuration.makeNormalization() : nil
        self.crossAttention = crossAttention ? configuration.makeAttention() : nil
        feedForwardNorm = configuration.makeNormalization()
        feedForward = configuration.makeFeedForward()
    }

    /// - Parameters:
    ///   - x: the tokens that the sequences of `step` read, `[rows, hidden]`
    ///   - layer: the number of this block in its stack.
    ///   - crossProbabilities: called with what the tokens take from each position of each encoder output,
    ///     `[heads, tokens, positions]`, where it is wanted.
    /// - Returns: `[rows, hidden]`
    func callAsFunction(
        _ x: Tensor, layer: Int, step: DecoderStep, crossProbabilities: (([Tensor]) -> Void)? = nil
    ) -> Tensor {
        let read = x
        var x = sublayer(x, attentionNorm) { input, residual in
            attention.extend(
                step.tokens, by: input, layer: layer, positionBias: step.positionBias, rotation: step.rotation,
                addingTo: residual)
        }
        if let crossAttention, let crossAttentionNorm, let memory = step.memory {
            let readers = step.rowsWithMemory.map(x.gatheringRows) ?? x
            let attended = sublayer(readers, crossAttentionNorm) { input, residual in
                crossAttention(
                    input, step: memory, layer: layer, addingTo: residual, probabilities: crossProbabilities)
            }
            if let rows = step.rowsWithMemory { x.replaceRows(attended, at: rows) } else { x = attended }
        }
        if isParallel { return feedForward(feedForwardNorm(read), addingTo: x) }
        return sublayer(x, feedForwardNorm) { input, residual in feedForward(input, addingTo: residual) }
    }

    /// `x + f(norm(x))` or `norm(x + f(x))`, where `body` adds the residual itself.
    func sublayer(
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
