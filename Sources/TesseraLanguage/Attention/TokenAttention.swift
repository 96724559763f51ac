public import TesseraTensor
public import TesseraTransformer

/// Which token looks at which: in a text each token at each other one, in a translation each that was written at each that was read.
public struct TokenAttention: Sendable {
    /// The texts of the tokens that look.
    public let queries: [String]
    /// The texts of the tokens that are looked at.
    public let keys: [String]
    /// What each head takes, of each layer `[heads, queries, keys]`.
    public let layers: [Tensor]
    /// Whether tokens that were written look at others, that were read.
    public let isCrossAttention: Bool

    /// How many heads a layer has.
    public var headCount: Int { layers.first?.shape[0] ?? 0 }

    /// What each query takes from each key, row by row, `[queries, keys]`.
    ///
    /// - Parameter kind: of heads and layers that there are.
    public func weights(_ kind: AttentionKind = .allLayers) -> [Float] {
        kind.weights(of: Array(layers[kind.layers(of: layers.count)]), isWithinSequence: !isCrossAttention)
    }
}

/// What is done to texts with an encoder, all of whose tokens look at each other.
public protocol TextEncoderTask: TextTask {
    /// Which token of a text looks at which.
    ///
    /// - Parameters:
    ///   - text: what is read.
    ///   - pair: a second text, where the model reads pairs.
    ///   - tokenLimit: how many tokens are read; as the model's folder says where nil, and never more than the model's context.
    /// - Throws: `FileError` where the tokenizer does not join pairs; `CancellationError` when the task is cancelled.
    func attention(of text: String, pair: String?, tokenLimit: Int?) throws -> TokenAttention
}
