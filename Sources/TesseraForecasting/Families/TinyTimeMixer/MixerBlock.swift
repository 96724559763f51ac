public import TesseraLayers
public import TesseraTensor

/// A residual network that mixes the last dimension of what it is given, `x + gate(FFN(norm(x)))` (Ekambaram et al., 2023,
/// TSMixer), where `gate(y) = y ⊙ softmax(W y + b)`.
///
/// The mixer of patches normalises over the features as the mixer of features does, and then mixes the other dimension.
public struct MixerBlock: Layer {
    /// Whether tokens are mixed, each feature for itself; else features, each token for itself.
    public let mixesTokens: Bool
    /// Of each token over its features.
    public var norm: Normalization
    /// FFN above: over the tokens, or over the features.
    public var feedForward: FeedForward
    /// W and b above, `[size, size]` for the dimension that is mixed; nil where the model has no gates.
    public var gate: Linear?

    /// A block whose parameters a checkpoint will fill.
    ///
    /// - Parameter tokenCount: how many tokens are mixed; nil where features are.
    package init(hiddenSize: Int, tokenCount: Int?, _ configuration: TinyTimeMixerConfiguration) {
        let size = tokenCount ?? hiddenSize
        mixesTokens = tokenCount != nil
        norm = Normalization(
            configuration.normalization, size: hiddenSize, epsilon: configuration.normalizationEpsilon)
        feedForward = FeedForward(
            hiddenSize: size, intermediateSize: size * configuration.expansionFactor, activation: .gelu)
        gate = configuration.hasGates ? Linear(input: size, output: size) : nil
    }

    /// - Parameter x: `[series, tokens, hidden]`
    /// - Returns: `[series, tokens, hidden]`
    public func callAsFunction(_ x: Tensor) -> Tensor {
        guard gate != nil || mixesTokens else { return feedForward(norm(x), addingTo: x) }
        var mixed = feedForward(mixesTokens ? norm(x).transposedSequences() : norm(x))
        if let gate { mixed *= gate(mixed).softmax() }
        if mixesTokens { mixed = mixed.transposedSequences() }
        mixed += x
        return mixed
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("norm", &norm)
        try visitor.visit("feedForward", &feedForward)
        try visitor.visit("gate", &gate)
    }
}

/// Mixes tokens, then features.
public struct MixerLayer: Layer {
    /// nil where there is a single token.
    public var tokenMixer: MixerBlock?
    /// Mixes the features of each token.
    public var featureMixer: MixerBlock

    /// A layer whose parameters a checkpoint will fill.
    package init(hiddenSize: Int, tokenCount: Int, _ configuration: TinyTimeMixerConfiguration) {
        tokenMixer =
            tokenCount > 1 ? MixerBlock(hiddenSize: hiddenSize, tokenCount: tokenCount, configuration) : nil
        featureMixer = MixerBlock(hiddenSize: hiddenSize, tokenCount: nil, configuration)
    }

    /// - Parameter x: `[series, tokens, hidden]`
    /// - Returns: `[series, tokens, hidden]`
    public func callAsFunction(_ x: Tensor) -> Tensor { featureMixer(tokenMixer.map { $0(x) } ?? x) }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("tokenMixer", &tokenMixer)
        try visitor.visit("featureMixer", &featureMixer)
    }
}
