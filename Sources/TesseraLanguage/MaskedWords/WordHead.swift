public import TesseraLayers
public import TesseraTensor

/// The head that says what may stand in a token's place: a dense layer, an activation, a normalisation, and a matrix that is the table of
/// words (Devlin et al., 2019).
public struct WordHead: Layer {
    /// `[embedding, hidden]`
    public var dense: Linear
    /// Applied to what the dense layer gives.
    public let activation: Activation
    /// What its result passes.
    public var norm: Normalization
    /// `[vocabulary, embedding]`, tied to the embeddings of words; its bias is its own.
    public var decoder: Linear

    /// A head whose parameters a checkpoint will fill.
    package init(
        hiddenSize: Int, embeddingSize: Int, vocabularySize: Int, activation: Activation, epsilon: Float
    ) {
        dense = Linear(input: hiddenSize, output: embeddingSize)
        self.activation = activation
        norm = Normalization(.layerNorm, size: embeddingSize, epsilon: epsilon)
        decoder = Linear(input: embeddingSize, output: vocabularySize)
    }

    /// - Parameter states: `[tokens, hidden]`
    /// - Returns: `[tokens, vocabulary]`
    public func callAsFunction(_ states: Tensor) -> Tensor { decoder(norm(dense(states, activation: activation))) }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("dense", &dense)
        try visitor.visit("norm", &norm)
        try visitor.visit("bias", &decoder.bias, as: .bias)
    }
}
