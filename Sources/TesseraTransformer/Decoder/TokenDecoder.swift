public import TesseraLayers
public import TesseraTensor

/// A decoder of token ids: embeddings with positions, a stack of blocks, and for each token the logits of the next.
///
/// With an encoder's output to attend to it is the right half of "Attention Is All You Need", Figure 1 (Whisper, Speech2Text,
/// T5); alone it is a language model (GPT-2).
public struct TokenDecoder: Layer {
    public var embedding: Embedding
    /// What embeddings are multiplied with: sqrt(hidden) in the original Transformer.
    public let embeddingScale: Float
    /// Learned positions, `[context length, hidden]`.
    public var positions: Tensor?
    /// Positions that are not learned.
    public let positionEncoding: TokenDecoderConfiguration.Positions
    /// A bias of self-attention for the distance between two tokens (T5).
    public var relativePositions: RelativePositionBuckets?
    /// How many tokens a sequence may have.
    public let contextLength: Int
    public var blocks: [DecoderBlock]
    public var finalNorm: Normalization?
    /// The matrix that gives logits, `[vocabulary, hidden]`.
    public var head: Linear
    /// Whether that is the embedding's: the head has no numbers of its own then, but their form for its products.
    public let isTied: Bool
    /// What states are multiplied with before they become logits: 1 / sqrt(hidden) in T5, where the head is tied.
    public let headScale: Float
    /// In which the keys and values of an encoder's output are held.
    package var memoryPrecision = Precision.float32

    /// A decoder whose parameters a checkpoint will fill.
    package init(_ configuration: TokenDecoderConfiguration) {
        let hidden = configuration.block.hiddenSize
        embedding = Embedding(weight: Tensor(unloaded: [configuration.vocabularySize, hidden]))
        embeddingScale = configuration.embeddingScale
        positionEncoding = configuration.positions
        contextLength = configuration.contextLength
        positions = configuration.positions == .table ? Tensor(unloaded: [configuration.contextLength, hidden]) : nil
        relativePositions = configuration.relativePositions.map {
            RelativePositionBuckets($0, headCount: configuration.block.headCount, isBidirectional: false)
        }
        blocks = Array(
            repeating: DecoderBlock(configuration.block, crossAttention: configuration.hasCrossAttention),
            count: configuration.layerCount)
        finalNorm = configuration.hasFinalNorm ? configuration.block.makeNormalization() : nil
        isTied = configuration.isTied
        head = Linear(
            unloadedInput: hidden, output: configuration.vocabularySize, bias: !isTied && configuration.hasHeadBias)
        headScale = configuration.headScale
    }

    /// How many ids there are.
    public var vocabularySize: Int { embedding.weight.shape[0] }

    /// A cache for sequences that nothing was read of yet.
    ///
    /// - Parameters:
    ///   - memory: the encoder's output, `[outputs, positions, hidden]`; nil for a decoder that stands alone.
    ///   - valid: which positions are valid, `[outputs, positions]`; nil where all are.
    ///   - sequences: how many sequences read each output.
    public func makeCache(memory: Tensor?, valid: [[Bool]]? = nil, sequences: Int = 1) -> KeyValueCache {
        let count = (memory?.shape[0] ?? 1) * sequences
        let blocks = blocks.map { block in
            let empty = Tensor(uninitialized: [count, 0, block.attention.key.weight.shape[0]])
            return KeyValueCache.Block(
                key: empty, value: empty,
                memory: memory.flatMap { memory in
                    block.crossAttention.map { $0.keysAndValues(of: memory, precision: memoryPrecision) }
                })
        }
        return KeyValueCache(sequenceCount: count, blocks: blocks, validMemory: valid)
    }

    /// Reads the tokens that follow those in the cache.
    ///
    /// - Parameters:
    ///   - ids: as many of each sequence, one sequence after the other.
    ///   - crossProbabilities: gives, for the index of a block, what is to be called with what each token takes from each position
    ///     of the encoder's output, `[outputs, heads, sequences of an output * tokens, positions]`; nil for a block whose
    ///     probabilities nobody wants.
    /// - Returns: what the last block makes of each token, normalised, `[sequences, tokens, hidden]`
    public func states(
        of ids: [Int32], cache: inout KeyValueCache, crossProbabilities: (Int) -> ((Tensor) -> Void)? = { _ in nil }
    ) -> Tensor {
        let tokens = ids.count / max(1, cache.sequenceCount)
        var x = embedded(ids, sequences: cache.sequenceCount, from: cache.tokenCount)
        let known = cache.tokenCount
        let positionBias = relativePositions.map { $0(queries: known..<known + tokens, keyCount: known + tokens) }
        for (index, block) in blocks.enumerated() {
            x = block(
                x, cache: &cache.blocks[index], tokenCount: cache.tokenCount, validMemory: cache.validMemory,
                positionBias: positionBias, crossProbabilities: crossProbabilities(index))
        }
        cache.tokenCount += tokens
        return finalNorm.map { $0(x) } ?? x
    }

    /// - Parameter states: `[…, hidden]`
    /// - Returns: `[…, vocabulary]`
    public func logits(_ states: Tensor) -> Tensor {
        var states = states
        if headScale != 1 { states *= headScale }
        return head(states)
    }

    /// The logits of what follows each sequence's last token.
    ///
    /// - Returns: `[sequences, vocabulary]`
    public func nextLogits(after ids: [Int32], cache: inout KeyValueCache) -> Tensor {
        let states = states(of: ids, cache: &cache)
        return logits(states.token(states.shape[1] - 1))
    }

    /// The embedded tokens with their positions, of which the first is `first`: `[sequences, tokens, hidden]`.
    func embedded(_ ids: [Int32], sequences: Int, from first: Int) -> Tensor {
        let tokens = ids.count / max(1, sequences)
        precondition(ids.count == tokens * sequences, "\(ids.count) ids of \(sequences) sequences")
        var x = embedding(ids)
        if embeddingScale != 1 { x *= embeddingScale }
        let hidden = embedding.weight.shape[1]
        precondition(first + tokens <= contextLength, "\(first + tokens) tokens of \(contextLength)")
        let range = first..<first + tokens
        if case .tensor2tensor(let start) = positionEncoding {
            let table = tensor2tensorPositions(start + first..<start + range.upperBound, hiddenSize: hidden)
            let placed = ids.indices.filter { Int(ids[$0]) != start - 1 }
            x.addRows(table.gatheringRows(placed.map { $0 % tokens }), at: placed)
        }
        x = x.reshaped([sequences, tokens, hidden])
        if let positions { x.addToEachSequence(positions.rows(range)) }
        if positionEncoding == .sinusoidal {
            x.addToEachSequence(sinusoidalPositions(length: range.upperBound, hiddenSize: hidden).rows(range))
        }
        return x
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("embedding", &embedding)
        try visitor.visit("positions", &positions, as: .position)
        try visitor.visit("relativePositions", &relativePositions)
        try visitor.visit("blocks", &blocks)
        try visitor.visit("finalNorm", &finalNorm)
        if isTied {
            try visitor.visit(&head.weight, tiedTo: embedding.weight)
        } else {
            try visitor.visit("head", &head, as: .head)
        }
    }
}

/// What a decoder of tokens is made of; families differ in nothing else.
public struct TokenDecoderConfiguration: Sendable {
    /// Where the tokens' positions come from.
    public enum Positions: Sendable, Equatable {
        case none
        /// Learned.
        case table
        /// `sinusoidalPositions`: the original Transformer.
        case sinusoidal
        /// `tensor2tensorPositions`; the first token has position `first`. As in fairseq, they are counted from behind the
        /// padding token's id, and that token has none.
        case tensor2tensor(first: Int)
    }

    public var block: BlockConfiguration
    public var layerCount: Int
    public var vocabularySize: Int
    /// How many tokens a sequence may have.
    public var contextLength: Int
    public var hasCrossAttention = true
    public var positions = Positions.table
    /// The distances that self-attention tells apart, where it has a bias for them (T5).
    public var relativePositions: RelativePositionBuckets.Configuration?
    public var hasFinalNorm = true
    /// Whether logits come from the embedding's matrix.
    public var isTied = true
    /// Whether a head of its own has a bias.
    public var hasHeadBias = false
    public var embeddingScale: Float = 1
    public var headScale: Float = 1

    public init(block: BlockConfiguration, layerCount: Int, vocabularySize: Int, contextLength: Int) {
        self.block = block
        self.layerCount = layerCount
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
    }
}
