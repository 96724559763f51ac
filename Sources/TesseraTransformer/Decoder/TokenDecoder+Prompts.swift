public import TesseraTensor

extension TokenDecoder {
    /// How many tokens of prompts are read together: more make it no faster, and take memory.
    private static let promptTokensAtOnce = 1_024

    /// The logits of what follows prompts that a cache is to read, some tokens at a time.
    ///
    /// - Parameter prompts: of each sequence of the cache, each with a token at least.
    /// - Returns: `[sequences, vocabulary]`
    public func nextLogits(afterPrompts prompts: [[Int32]], cache: inout KeyValueCache) -> Tensor {
        let width = embedding.table.shape[1]
        var last = Tensor(shape: [prompts.count, width], repeating: 0)
        var read = prompts.map { _ in 0 }
        while zip(read, prompts).contains(where: { $0 < $1.count }) {
            var room = Self.promptTokensAtOnce
            let counts = zip(read, prompts).map { read, prompt in
                defer { room -= min(room, prompt.count - read) }
                return min(room, prompt.count - read)
            }
            let parts = prompts.indices.map { Array(prompts[$0][read[$0]..<read[$0] + counts[$0]]) }
            let states = Threads.takeTurn { self.states(of: parts, cache: &cache) }
            var end = 0
            for (sequence, count) in counts.enumerated() where count > 0 {
                (end, read[sequence]) = (end + count, read[sequence] + count)
                last.replaceRows(states.rows(end - 1..<end), at: [sequence])
            }
        }
        return Threads.takeTurn { logits(last) }
    }
}
