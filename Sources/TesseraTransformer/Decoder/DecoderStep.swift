internal import TesseraTensor

/// What the tokens of one step attend to, prepared once for all blocks of a decoder.
struct DecoderStep {
    /// Each token's position in its sequence.
    let positions: [Int]
    /// The tokens that were read, those of this step the last of them.
    let tokens: AttentionStep
    /// The encoder's outputs; nil where no token has one.
    let memory: AttentionStep?
    /// Which rows of this step's tokens have an encoder's output; nil where all or none have.
    let rowsWithMemory: [Int]?
    /// A bias for each distance from a token to one before it, the longest first, `[heads, 1, longest]`
    let positionBias: Tensor?
    /// What turns queries and keys of the tokens.
    let rotation: Rotation?
}

extension KeyValueCache {
    /// Makes room for `counts` more tokens of the sequences, and prepares what these attend to.
    mutating func step(
        reading counts: [Int], relativePositions: RelativePositionBuckets?, rotary: RotaryPositions?
    ) -> DecoderStep {
        let positions = zip(tokenCounts, counts).flatMap { known, count in known..<known + count }
        grow(by: counts)
        let reading = zip(sequences, counts).filter { $0.1 > 0 }
        let tokens = AttentionStep(reading.map { .init($0.tokens, queryCount: $1) }, isCausal: true)
        let memories = KeyValueCache.memories(of: reading)
        let rows = KeyValueCache.rowsWithMemory(of: reading)
        return DecoderStep(
            positions: positions, tokens: tokens,
            memory: memories.isEmpty ? nil : AttentionStep(memories, isCausal: false),
            rowsWithMemory: memories.isEmpty || rows.count == positions.count ? nil : rows,
            positionBias: relativePositions.map {
                $0(queries: max(0, tokens.longest - 1)..<tokens.longest, keyCount: tokens.longest)
            }, rotation: rotary.map { $0(positions) })
    }

    private typealias Reading = (sequence: Sequence, count: Int)

    /// The encoder's outputs that are read; the tokens of sequences that share one are further queries to it.
    private static func memories(of reading: [Reading]) -> [AttentionStep.Sequence] {
        var memories: [AttentionStep.Sequence] = []
        for case (let memory?, let count) in reading.map({ ($0.sequence.memory, $0.count) }) {
            if let last = memories.last, last.pages.identity == memory.pages.identity {
                memories[memories.count - 1].queryCount += count
            } else {
                memories.append(.init(memory.pages, queryCount: count, validKeys: memory.validPositions))
            }
        }
        return memories
    }

    private static func rowsWithMemory(of reading: [Reading]) -> [Int] {
        var first = 0
        return reading.flatMap { sequence, count in
            defer { first += count }
            return sequence.memory == nil ? [] : Array(first..<first + count)
        }
    }
}
