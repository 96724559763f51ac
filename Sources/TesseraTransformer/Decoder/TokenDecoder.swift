public import TesseraLayers
public import TesseraTensor

/// A decoder of token ids: embeddings with positions, a stack of blocks, and for each token the logits of the next.
///
/// With an encoder's output to attend to it is the right half of "Attention Is All You Need", Figure 1 (Whisper, Speech2Text,
/// T5); alone it is a language model (GPT-2, Llama).
public struct TokenDecoder: Layer {
    /// The tokens' vectors, `[vocabulary, hidden]`.
    public var embedding: Embedding
    /// What embeddings are multiplied with: sqrt(hidden) in the original Transformer.
    public let embeddingScale: Float
    /// Learned positions, `[context length, hidden]`; behind as many rows as are not used, where the family has such.
    public var positions: Tensor?
    /// What embedded tokens pass on their way to the first block, where the family has it (BART).
    public var embeddingNorm: Normalization?
    /// A bias of self-attention for the distance between two tokens (T5).
    public var relativePositions: RelativePositionBuckets?
    /// How many tokens a sequence may have.
    public let contextLength: Int
    let configuration: TokenDecoderConfiguration
    /// One after the other, `[batch, tokens, hidden]` to the same.
    public var blocks: [DecoderBlock]
    /// The normalisation after the last block, where the family has one.
    public var finalNorm: Normalization?
    /// The matrix that gives logits, `[vocabulary, hidden]`.
    public var head: Linear
    /// Whether that is the embedding's: the head has no numbers of its own then, but their form for its products.
    public let isTied: Bool
    /// What states are multiplied with before they become logits: 1 / sqrt(hidden) in T5, where the head is tied.
    public let headScale: Float
    /// In which its caches hold keys and values, unless they are told otherwise.
    public package(set) var storage = KeyValueStorage()
    /// Tokens that many callers want pass the decoder together.
    let gathering = StepGathering<DecodingStep>()

    /// A decoder whose parameters are not there yet: see `Trainable`.
    public init(_ configuration: TokenDecoderConfiguration) {
        let hidden = configuration.block.hiddenSize
        precondition(configuration.layerCount >= 0, "a decoder cannot have \(configuration.layerCount) blocks")
        precondition(configuration.contextLength > 0, "there is no room for a token")
        embedding = Embedding(
            vocabularySize: configuration.vocabularySize, hiddenSize: hidden, paddingToken: configuration.paddingToken)
        embeddingScale = configuration.embeddingScale
        self.configuration = configuration
        contextLength = configuration.contextLength
        positions = configuration.positionTable
        embeddingNorm = configuration.hasEmbeddingNorm ? configuration.block.makeNormalization() : nil
        relativePositions = configuration.relativePositions.map {
            RelativePositionBuckets($0, headCount: configuration.block.headCount, isBidirectional: false)
        }
        blocks = Array(
            repeating: DecoderBlock(configuration.block, crossAttention: configuration.hasCrossAttention),
            count: configuration.layerCount)
        finalNorm = configuration.hasFinalNorm ? configuration.block.makeNormalization() : nil
        isTied = configuration.isTied
        head = Linear(
            input: hidden, output: configuration.vocabularySize, bias: configuration.hasHeadBias)
        headScale = configuration.headScale
    }

    /// How many ids there are.
    public var vocabularySize: Int { embedding.table.shape[0] }

    /// Reads some more tokens of each sequence of the cache; no sequence's results depend on the others.
    ///
    /// - Parameters:
    ///   - ids: those of each sequence, often one; none where a sequence waits.
    ///   - crossProbabilities: gives, for the index of a block, what is to be called with what the tokens take from each position
    ///     of the encoder's output, for each output `[heads, tokens, positions]`: sequences that read one output and follow each
    ///     other give one tensor. nil for a block whose probabilities nobody wants.
    /// - Returns: what the last block makes of each token, normalised, one sequence after the other: `[tokens, hidden]`
    public func states(
        of ids: [[Int32]], cache: inout KeyValueCache, crossProbabilities: (Int) -> (([Tensor]) -> Void)? = { _ in nil }
    ) -> Tensor {
        let step = cache.step(reading: ids.map(\.count), relativePositions: relativePositions, rotary: rotary)
        var x = embedded(ids.flatMap(\.self), at: step.positions)
        if let embeddingNorm { x = embeddingNorm(x) }
        for (index, block) in blocks.enumerated() where !step.positions.isEmpty && !Cancellation.isDue {
            x = block(x, layer: index, step: step, crossProbabilities: crossProbabilities(index))
        }
        return finalNorm.map { $0(x) } ?? x
    }

    /// - Parameter states: `[…, hidden]`
    /// - Returns: `[…, vocabulary]`
    public func logits(_ states: Tensor) -> Tensor {
        var states = states
        if headScale != 1 { states *= headScale }
        return head(states)
    }

    /// The logits of what follows the last token of each sequence that reads any.
    ///
    /// - Parameter ids: those of each sequence; see `states`.
    /// - Returns: `[sequences, vocabulary]`
    public func nextLogits(after ids: [[Int32]], cache: inout KeyValueCache) -> Tensor {
        // What many callers write, token after token, is computed for all of them together.
        if ids.allSatisfy({ $0.count <= 1 }) { return gatheredLogits(after: ids, &cache) }
        return Threads.takeTurn { logits(after: ids, &cache) }
    }

    func logits(after ids: [[Int32]], _ cache: inout KeyValueCache) -> Tensor {
        let states = states(of: ids, cache: &cache)
        var last = -1
        let rows = ids.filter { !$0.isEmpty }.map { sequence in
            last += sequence.count
            return last
        }
        return logits(rows.count == states.shape[0] ? states : states.gatheringRows(rows))
    }

    /// The embedded tokens with what their positions add, before their normalisation, `[tokens, hidden]`.
    ///
    /// - Parameter positions: of each token in its sequence.
    func embedded(_ ids: [Int32], at positions: [Int]) -> Tensor {
        let last = positions.max() ?? 0
        precondition(last < contextLength, "\(last + 1) tokens of \(contextLength)")
        var x = embedding(ids)
        if embeddingScale != 1 { x *= embeddingScale }
        // As in fairseq, a padding token has no position.
        let placed = ids.indices.filter { index in
            if case .tensor2tensor(let first) = configuration.positions { Int(ids[index]) != first - 1 } else { true }
        }
        let places = placed.map { positions[$0] }
        if let encodings = configuration.encodings(of: places, learned: self.positions) {
            x.addRows(encodings, at: placed)
        }
        return x
    }

    /// What turns queries and keys, where the positions are rotary.
    var rotary: RotaryPositions? {
        if case .rotary(let rotary) = configuration.positions { rotary } else { nil }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("embedding", &embedding)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("embeddingNorm", &embeddingNorm)
        try visitor.visit("relativePositions", &relativePositions)
        // They read a token at a time, save for the keys and values of an encoder's output.
        try visitor.visit("blocks", &blocks, isForFewRows: true)
        try visitor.visit("finalNorm", &finalNorm)
        if isTied {
            try visitor.visit(&head.weight, tiedTo: &embedding.table)
            try visitor.visit("headBias", &head.bias, as: .bias)
        } else {
            try visitor.visit("head", &head, as: .head, isForFewRows: true)
        }
    }
}
