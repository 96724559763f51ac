internal import TesseraLayers
public import TesseraTensor

/// In which numbers a cache holds keys and values.
public struct KeyValueStorage: Sendable, Equatable {
    /// Those of the tokens that were read.
    public var tokens: Precision
    /// Those of the encoder's output, which are read again for each token.
    public var memory: Precision

    /// Nothing is rounded if not said otherwise.
    ///
    /// - Parameters:
    ///   - tokens: in which numbers those of the tokens are held.
    ///   - memory: in which numbers those of the encoder's output are held.
    public init(tokens: Precision = .float32, memory: Precision = .float32) {
        (self.tokens, self.memory) = (tokens, memory)
    }

    /// What a decoder whose weights are held in `precision` chooses by itself: float32, and bfloat16 for the encoder's output where
    /// the weights have fewer bits.
    public init(besideWeights precision: Precision) {
        self.init(memory: precision == .float32 ? .float32 : .bfloat16)
    }
}

/// What a decoder remembers of the sequences it reads: the keys and values of their tokens in every block, and those of the
/// encoder's output, computed once. It belongs to the caller, who passes it `inout`; the decoder itself never changes.
///
/// Each sequence has a length of its own, and an encoder output of its own or one that it shares with others. Sequences join, leave
/// and branch whenever nothing is being read. What several of them have in common they share until one of them reads on.
public struct KeyValueCache: Sendable {
    struct Sequence: Sendable {
        var tokens: KeyValuePages
        /// nil where there is no encoder.
        let memory: Memory?
    }

    /// The keys and values of an encoder's output.
    struct Memory: Sendable {
        let pages: KeyValuePages
        /// nil where all of its positions are valid.
        let validPositions: KeyMask?
    }

    private(set) var sequences: [Sequence]

    init(_ sequences: [Sequence]) { self.sequences = sequences }

    /// How many sequences there are.
    public var sequenceCount: Int { sequences.count }
    /// How many tokens of each sequence were read.
    public var tokenCounts: [Int] { sequences.map(\.tokens.count) }

    /// Joins the sequences of another cache of the same decoder, behind those that are here.
    public mutating func append(_ other: KeyValueCache) { sequences += other.sequences }

    /// Goes on with the sequences at `indices`, in that order: one that is named more than once branches, and one that is not named
    /// leaves.
    public mutating func keepSequences(_ indices: [Int]) {
        sequences = indices.map { sequences[$0] }
    }

    /// Forgets all but the first `count` tokens of one sequence.
    public mutating func forgetTokens(after count: Int, ofSequence index: Int) {
        sequences[index].tokens.forget(after: count)
    }

    /// Forgets all but the first tokens of each sequence, `counts` of them.
    mutating func forgetTokens(after counts: [Int]) {
        for (index, count) in counts.enumerated() { forgetTokens(after: count, ofSequence: index) }
    }

    /// Some of the sequences.
    func part(_ range: Range<Int>) -> KeyValueCache { KeyValueCache(Array(sequences[range])) }

    /// Makes room for the tokens that a step reads.
    mutating func grow(by counts: [Int]) {
        precondition(counts.count == sequences.count, "tokens of \(counts.count) of \(sequences.count) sequences")
        // What branched a moment ago copies its last page: of many beams at the same time.
        sequences.withUnsafeMutableBufferPointer { sequences in
            Threads.forEach(counts.count) { sequences[$0].tokens.grow(by: counts[$0]) }
        }
    }
}

extension TokenDecoder {
    /// A cache for sequences that nothing was read of yet.
    ///
    /// - Parameters:
    ///   - memory: the encoder's output, `[outputs, positions, hidden]`; nil for a decoder that stands alone, or for sequences that
    ///     have none.
    ///   - valid: which positions are valid, `[outputs, positions]`; nil where all are.
    ///   - sequences: how many sequences read each output.
    ///   - storage: in which keys and values are held; the decoder's own choice where nil.
    public func makeCache(
        memory: Tensor?, valid: [[Bool]]? = nil, sequences: Int = 1, storage: KeyValueStorage? = nil
    ) -> KeyValueCache {
        let storage = storage ?? self.storage
        let tokens = KeyValuePages(layout(of: blocks.first?.attention, storage.tokens))
        let outputs = memory.map { held($0, valid, storage.memory) } ?? [nil]
        return KeyValueCache(
            outputs.flatMap { Array(repeating: KeyValueCache.Sequence(tokens: tokens, memory: $0), count: sequences) })
    }

    /// The keys and values of each encoder output; nil for each where no block attends to it.
    private func held(_ memory: Tensor, _ valid: [[Bool]]?, _ precision: Precision) -> [KeyValueCache.Memory?] {
        let (outputs, positions) = (memory.shape[0], memory.shape[1])
        precondition(valid.map { $0.count == outputs } ?? true, "the mask does not fit \(memory.shape)")
        let attentions = blocks.compactMap(\.crossAttention)
        guard let first = attentions.first else { return Array(repeating: nil, count: outputs) }
        let pages = (0..<outputs).map { _ in
            var pages = KeyValuePages(layout(of: first, precision), room: positions)
            pages.grow(by: positions)
            return pages
        }
        let step = AttentionStep(pages.map { .init($0, queryCount: positions) }, isCausal: false)
        for (layer, attention) in attentions.enumerated() { attention.store(memory, in: step, layer: layer) }
        return pages.enumerated().map { index, pages in
            KeyValueCache.Memory(pages: pages, validPositions: valid.map { KeyMask([$0[index]]) })
        }
    }

    private func layout(of attention: MultiHeadAttention?, _ precision: Precision) -> KeyValueLayout {
        KeyValueLayout(
            layerCount: blocks.count, headCount: attention?.keyHeadCount ?? 1, headSize: attention?.headSize ?? 0,
            precision: precision)
    }
}
