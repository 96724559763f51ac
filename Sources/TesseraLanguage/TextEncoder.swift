public import TesseraLayers
public import TesseraTensor
public import TesseraText
public import TesseraTransformer

/// An encoder of text (Devlin et al., 2019): every token of a text attends to every other one.
///
/// tokens → embeddings of words, positions and kinds of text (→ projection) → encoder → hidden states (→ logits).
public struct TextEncoder: Layer {
    /// What the model is made of.
    public let configuration: TextEncoderConfiguration
    /// `[vocabulary, embedding]`, often as wide as the hidden states
    public var words: Embedding
    /// `[context, embedding]`
    public var positions: Embedding
    /// Of the first and the second text of a pair, `[types, embedding]`; nil where the model is not told.
    public var types: Embedding?
    /// What embeddings pass on their way to the encoder.
    public var norm: Normalization
    /// What then brings them to the hidden size, `[hidden, embedding]`; nil where they have it.
    public var projection: Linear?
    /// What the tokens pass, `[batch, tokens, hidden]` to the same.
    public var encoder: Encoder
    /// What the first token passes on its way to the classifier.
    public var pooler: Linear?
    /// The classification head of texts or of their tokens, where there is one.
    public var classifier: Linear?
    /// The head that says what may stand in a token's place, where there is one.
    public var wordHead: WordHead?

    /// A model whose parameters a checkpoint will fill.
    package init(_ configuration: TextEncoderConfiguration) {
        self.configuration = configuration
        let hidden = configuration.block.hiddenSize
        let width = configuration.embeddingSize ?? hidden
        words = Embedding(vocabularySize: configuration.vocabularySize, hiddenSize: width)
        positions = Embedding(vocabularySize: configuration.positionCount, hiddenSize: width)
        types =
            configuration.typeCount > 0 ? Embedding(vocabularySize: configuration.typeCount, hiddenSize: width) : nil
        projection = width == hidden ? nil : Linear(input: width, output: hidden)
        norm = Normalization(.layerNorm, size: width, epsilon: configuration.block.normalizationEpsilon)
        encoder = Encoder(layerCount: configuration.layerCount, configuration.block, finalNorm: false)
        let labels = configuration.head.labels
        if !labels.isEmpty { classifier = Linear(input: hidden, output: labels.count) }
        switch configuration.head {
        case .spans: classifier = Linear(input: hidden, output: 2)
        case .sequence: pooler = Linear(input: hidden, output: hidden)
        case .words(let activation):
            wordHead = WordHead(
                hiddenSize: hidden, embeddingSize: width, vocabularySize: configuration.vocabularySize,
                activation: activation,
                epsilon: configuration.block.normalizationEpsilon)
        case .none, .tokens: break
        }
    }

    /// What leaves the encoder.
    ///
    /// - Parameters:
    ///   - texts: one at least; none longer than the model's context.
    ///   - outputTokens: how many of the first tokens are wanted; all of them when nil.
    /// - Returns: `[batch, tokens, hidden]`, as many tokens as the longest text has; what stands behind the others is of no use.
    public func states(of texts: [EncodedText], outputTokens: Int? = nil) -> Tensor {
        let longest = texts.map(\.count).max() ?? 0
        return encoder(
            embedded(texts, longest), outputTokens: outputTokens, mask: attentionMask(texts, longest))
    }

    /// What each token of a text takes from each other one, of each layer `[heads, tokens, tokens]`.
    func attentionProbabilities(of text: EncodedText) -> [Tensor] {
        encoder.attentionProbabilities(embedded([text], text.count), layers: 0..<configuration.layerCount)
            .map { $0.reshaped(Array($0.shape.dropFirst())) }
    }

    /// What enters the encoder, of each text as many tokens as the longest has, `[batch, tokens, hidden]`.
    private func embedded(_ texts: [EncodedText], _ longest: Int) -> Tensor {
        let embedded = norm(sumOfEmbeddings(texts, longest))
        return (projection.map { $0(embedded) } ?? embedded)
            .reshaped([texts.count, longest, configuration.block.hiddenSize])
    }

    /// Logits of each text, of a model with a classification head.
    ///
    /// - Returns: `[batch, labels]`
    public func logits(of texts: [EncodedText]) -> Tensor {
        guard let pooler, let classifier, case .sequence(_, _, let activation) = configuration.head else {
            preconditionFailure("a model without a head has no logits")
        }
        return classifier(pooler(states(of: texts, outputTokens: 1).token(0), activation: activation))
    }

    /// Logits of each token, of a model that classifies tokens or answers questions.
    ///
    /// - Returns: `[batch, tokens, labels]`; of one that answers questions, a token's to begin an answer and to end it.
    public func tokenLogits(of texts: [EncodedText]) -> Tensor {
        guard let classifier, pooler == nil else {
            preconditionFailure("a model without a head for tokens has no logits of them")
        }
        return classifier(states(of: texts))
    }

    /// Which tokens are seen: those of the text.
    func attentionMask(_ texts: [EncodedText], _ longest: Int) -> AttentionMask {
        guard texts.contains(where: { $0.count < longest }) else { return .none }
        return AttentionMask(validKeys: texts.map { text in (0..<longest).map { $0 < text.count } })
    }

    /// The rows of the tables that tokens have, of each text as many as the longest has. Shorter ones are followed by the first token of
    /// the vocabulary, which no token of theirs sees.
    func places(_ texts: [EncodedText], _ longest: Int) -> (ids: [Int32], positions: [Int32], types: [Int32]) {
        func padded(_ values: [Int32]) -> [Int32] { values + [Int32](repeating: 0, count: longest - values.count) }
        return (
            texts.flatMap { padded($0.ids) }, texts.flatMap { padded(configuration.positions(of: $0.ids)) },
            texts.flatMap { padded($0.typeIDs) }
        )
    }

    /// What is known of each token, before its normalisation, `[batch * tokens, embedding]`.
    func sumOfEmbeddings(_ texts: [EncodedText], _ longest: Int) -> Tensor {
        let places = places(texts, longest)
        var x = words(places.ids)
        x += positions(places.positions)
        if let types { x += types(places.types) }
        return x
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("words", &words)
        try visitor.visit("positions", &positions)
        try visitor.visit("types", &types)
        try visitor.visit("norm", &norm)
        try visitor.visit("projection", &projection)
        try visitor.visit("encoder", &encoder)
        try visitor.visit("pooler", &pooler, as: .head)
        try visitor.visit("classifier", &classifier, as: .head)
        guard var head = wordHead.take() else { return }
        defer { wordHead = head }
        try visitor.visit("wordHead", &head, as: .head)
        try visitor.visit(&head.decoder.weight, tiedTo: &words.table)
    }
}
