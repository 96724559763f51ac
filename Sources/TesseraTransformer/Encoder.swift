public import TesseraLayers
public import TesseraTensor

/// A stack of blocks in which every token attends to every other one.
public struct Encoder: Layer {
    public var blocks: [TransformerBlock]
    /// The normalisation after the last block, where the family has one.
    public var finalNorm: Normalization?

    /// An encoder whose parameters a checkpoint will fill.
    package init(layerCount: Int, _ configuration: BlockConfiguration, finalNorm: Bool) {
        blocks = Array(repeating: TransformerBlock(configuration), count: layerCount)
        self.finalNorm =
            finalNorm
            ? Normalization(
                configuration.normalization, unloadedSize: configuration.hiddenSize,
                epsilon: configuration.normalizationEpsilon) : nil
    }

    /// - Parameters:
    ///   - x: `[batch, tokens, hidden]`
    ///   - outputTokens: how many of the first tokens are wanted; all of them when nil. A classifier that reads the class
    ///     token alone spares the last block most of its work.
    ///   - positionBias: what is added to the attention scores of block `i`, `[heads, tokens, tokens]`.
    ///   - observe: called before each block with its index and its input.
    /// - Returns: `[batch, output tokens, hidden]`
    public func callAsFunction(
        _ x: Tensor, outputTokens: Int? = nil, positionBias: (Int) -> Tensor? = { _ in nil },
        mask: AttentionMask = .none, observe: ((Int, Tensor) -> Void)? = nil
    ) -> Tensor {
        var x = x
        for (index, block) in blocks.enumerated() {
            observe?(index, x)
            x = block(
                x, outputTokens: index == blocks.count - 1 ? outputTokens : nil, positionBias: positionBias(index),
                mask: mask)
        }
        return finalNorm.map { $0(x) } ?? x
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("blocks", &blocks)
        try visitor.visit("finalNorm", &finalNorm)
    }
}
