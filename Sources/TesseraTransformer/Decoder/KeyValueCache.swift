internal import TesseraTensor

/// What a decoder remembers of the tokens it has read: their keys and values in every block, and those of the encoder's output,
/// computed once. It belongs to the caller, who passes it `inout`; the decoder itself never changes.
///
/// Rows of the batch are sequences. Several sequences may read the same encoder output (the beams of a search do): of `n` outputs
/// and `n * k` sequences, output `i` belongs to the sequences `i * k ..< (i + 1) * k`.
public struct KeyValueCache: Sendable {
    /// The keys and values of one block.
    struct Block: Sendable {
        /// `[sequences, room, heads * size]`; what lies behind the token count is undefined.
        var key, value: Tensor
        /// Of the encoder's output.
        var memory: KeysAndValues?
    }

    /// How many tokens of each sequence were read.
    public internal(set) var tokenCount = 0
    /// How many sequences there are.
    public private(set) var sequenceCount: Int
    var blocks: [Block]
    /// Which positions of the encoder's output are valid, `[outputs, positions]`; nil where all are.
    let validMemory: [[Bool]]?

    init(sequenceCount: Int, blocks: [Block], validMemory: [[Bool]]?) {
        self.sequenceCount = sequenceCount
        self.blocks = blocks
        self.validMemory = validMemory
    }

    /// Goes on with the sequences at `indices`, in that order; one may be named more than once, and each stays with its own
    /// encoder output.
    public mutating func keepSequences(_ indices: [Int]) {
        guard indices != Array(0..<sequenceCount) else { return }
        for index in blocks.indices {
            blocks[index].key = blocks[index].key.rearranged(indices, tokens: tokenCount)
            blocks[index].value = blocks[index].value.rearranged(indices, tokens: tokenCount)
        }
        sequenceCount = indices.count
    }

    /// Forgets all but the first `count` tokens.
    public mutating func forgetTokens(after count: Int) {
        precondition(count <= tokenCount, "\(count) tokens of \(tokenCount)")
        tokenCount = count
    }
}

extension KeyValueCache.Block {
    /// Puts the keys and values of new tokens, `[sequences, tokens, heads * size]`, behind the `count` that are there.
    mutating func append(key newKey: Tensor, value newValue: Tensor, after count: Int) {
        let needed = count + newKey.shape[1]
        if needed > key.shape[1] {
            // By half again: copying stays a small part of the work however long the sequences get.
            let room = max(needed, key.shape[1] * 3 / 2, 32)
            key = key.rearranged(Array(0..<key.shape[0]), tokens: count, room: room)
            value = value.rearranged(Array(0..<value.shape[0]), tokens: count, room: room)
        }
        key.replaceTokens(from: count, with: newKey)
        value.replaceTokens(from: count, with: newValue)
    }
}

extension Tensor {
    /// The first `tokens` of the sequences at `indices`, with room for `room`; what lies behind them is undefined.
    fileprivate func rearranged(_ indices: [Int], tokens: Int, room: Int? = nil) -> Tensor {
        let (oldRoom, width) = (shape[1], shape[2])
        let room = room ?? oldRoom
        var result = Tensor(uninitialized: [indices.count, room, width])
        withValues { source in
            result.withMutableValues { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                for (row, index) in indices.enumerated() {
                    (target + row * room * width).update(from: source + index * oldRoom * width, count: tokens * width)
                }
            }
        }
        return result
    }
}
