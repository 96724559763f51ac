internal import TesseraLayers
internal import TesseraTensor

/// What a decoder of tokens is made of; families differ in nothing else.
public struct TokenDecoderConfiguration: Sendable {
    /// Where the tokens' positions come from.
    public enum Positions: Sendable, Equatable {
        /// Nowhere, or from `relativePositions` (T5).
        case none
        /// Learned.
        case table
        /// `sinusoidalPositions`: the original Transformer.
        case sinusoidal
        /// The same wavelengths, but all sines before all cosines (Marian).
        case sinusoidalHalves
        /// `tensor2tensorPositions`; the first token has position `first`. As in fairseq, they are counted from behind the
        /// padding token's id, and that token has none.
        case tensor2tensor(first: Int)
        /// From the angles by which queries and keys are turned (Llama).
        case rotary(RotaryPositions)
    }

    /// The decoder's blocks.
    public var block: BlockConfiguration
    /// How many blocks there are.
    public var layerCount: Int
    /// How many tokens it can tell apart, and write.
    public var vocabularySize: Int
    /// How many tokens a sequence may have.
    public var contextLength: Int
    /// Whether it attends to an encoder's output.
    public var hasCrossAttention = true
    /// Where the tokens' positions come from.
    public var positions = Positions.table
    /// How many rows of the table of positions stand before that of the first token, and are not used (BART).
    public var positionOffset = 0
    /// Whether embedded tokens are normalised (BART).
    public var hasEmbeddingNorm = false
    /// The distances that self-attention tells apart, where it has a bias for them (T5).
    public var relativePositions: RelativePositionBuckets.Configuration?
    /// Whether a normalisation follows the last block.
    public var hasFinalNorm = true
    /// Whether logits come from the embedding's matrix.
    public var isTied = true
    /// Whether the head has a bias.
    public var hasHeadBias = false
    /// The token whose vector no training changes where it is read, as in PyTorch; nil for none.
    public var paddingToken: Int32?
    /// What embeddings are multiplied with: sqrt(hidden) in the original Transformer.
    public var embeddingScale: Float = 1
    /// What states are multiplied with before they become logits: 1 / sqrt(hidden) in T5.
    public var headScale: Float = 1

    /// A decoder beside an encoder, with a table of positions and logits from the embedding's matrix.
    ///
    /// - Parameters:
    ///   - block: the decoder's blocks.
    ///   - layerCount: how many there are.
    ///   - vocabularySize: how many tokens it can tell apart, 1 or more.
    ///   - contextLength: how many tokens a sequence may have, 1 or more.
    public init(block: BlockConfiguration, layerCount: Int, vocabularySize: Int, contextLength: Int) {
        self.block = block
        self.layerCount = layerCount
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
    }
}

extension TokenDecoderConfiguration {
    /// The table of learned positions, whose numbers are not there yet; nil where there is none.
    var positionTable: Tensor? {
        positions == .table ? Tensor(unloaded: [contextLength + positionOffset, block.hiddenSize]) : nil
    }

    /// What positions add to tokens, `[positions, hidden]`; nil where nothing is added.
    ///
    /// - Parameter table: learned positions, where there are such.
    func encodings(of positions: [Int], learned table: Tensor?) -> Tensor? {
        if let table { return table.gatheringRows(positions.map { $0 + positionOffset }) }
        let distinct = Set(positions).sorted()
        guard let computed = computedEncodings(of: distinct) else { return nil }
        let rows = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
        return computed.gatheringRows(positions.compactMap { rows[$0] })
    }

    private func computedEncodings(of positions: [Int]) -> Tensor? {
        switch self.positions {
        case .none, .table, .rotary: nil
        case .sinusoidal: sinusoidalPositions(positions, hiddenSize: block.hiddenSize)
        case .sinusoidalHalves: sinusoidalPositions(positions, hiddenSize: block.hiddenSize, isInHalves: true)
        case .tensor2tensor(let first):
            tensor2tensorPositions(positions.map { first + $0 }, hiddenSize: block.hiddenSize)
        }
    }
}
