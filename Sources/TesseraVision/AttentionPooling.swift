public import TesseraLayers
public import TesseraTensor
package import TesseraTransformer

/// Sums a picture's tokens up by attention: a learned query looks for what counts in them, and a feed-forward network follows (Zhai et
/// al., 2022, Scaling Vision Transformers).
public struct AttentionPooling: Layer {
    /// What asks, `[hidden]`
    public var query: Tensor
    /// From the query to the tokens.
    public var attention: MultiHeadAttention
    /// Of what was found, before the feed-forward network.
    public var norm: Normalization
    /// Added to what was found.
    public var feedForward: FeedForward

    /// A layer whose parameters a checkpoint will fill.
    ///
    /// - Parameter block: of the encoder.
    package init(_ block: BlockConfiguration) {
        query = Tensor(unloaded: [block.hiddenSize])
        attention = MultiHeadAttention(hiddenSize: block.hiddenSize, headCount: block.headCount)
        norm = Normalization(.layerNorm, size: block.hiddenSize, epsilon: block.normalizationEpsilon)
        feedForward = FeedForward(
            hiddenSize: block.hiddenSize, intermediateSize: block.intermediateSize, activation: block.activation)
    }

    /// - Parameter tokens: `[batch, tokens, hidden]`
    /// - Returns: `[batch, hidden]`
    public func callAsFunction(_ tokens: Tensor) -> Tensor {
        let found = attention(queries(tokens.shape[0]), memory: tokens)
        return feedForward(norm(found), addingTo: found).token(0)
    }

    /// The query for each of so many pictures, `[batch, 1, hidden]`.
    func queries(_ batch: Int) -> Tensor {
        query.reshaped([1, query.count]).gatheringRows([Int](repeating: 0, count: batch))
            .reshaped([batch, 1, query.count])
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("query", &query, as: .token)
        try visitor.visit("attention", &attention)
        try visitor.visit("norm", &norm)
        try visitor.visit("feedForward", &feedForward)
    }
}
