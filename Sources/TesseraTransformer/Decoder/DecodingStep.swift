internal import Synchronization
internal import TesseraTensor

/// Tokens that some sequences read, and what follows them: computed among the steps of other callers.
final class DecodingStep: GatheredStep {
    let ids: [[Int32]]
    private let state: Mutex<(cache: KeyValueCache, logits: Tensor?)>

    init(_ ids: [[Int32]], _ cache: consuming KeyValueCache) {
        self.ids = ids
        state = Mutex((cache, nil))
    }

    var isDone: Bool { state.withLock { $0.logits != nil } }

    /// The cache, which is nobody else's then: a page that two hold is copied before it is written to.
    func takeCache() -> KeyValueCache {
        state.withLock { state in
            defer { state.cache = KeyValueCache([]) }
            return state.cache
        }
    }

    func finish(_ cache: consuming KeyValueCache, logits: Tensor?) {
        let finished = (cache, logits)
        state.withLock { $0 = finished }
    }

    /// The logits of what follows the last token of each sequence; of no use where the task was cancelled.
    var logits: Tensor? { state.withLock { $0.logits } }
}

extension TokenDecoder {
    /// How many sequences step together: more make it no faster, and each would wait for all.
    private static let sequencesAtOnce = 32

    /// Computes a step of sequences among those of other callers.
    ///
    /// - Returns: `[sequences, vocabulary]`
    func gatheredLogits(after ids: [[Int32]], _ cache: inout KeyValueCache) -> Tensor {
        let taken = cache
        cache = KeyValueCache([])
        let step = DecodingStep(ids, taken)
        gathering.compute(step, size: ids.count, limit: Self.sequencesAtOnce) { compute($0) }
        cache = step.takeCache()
        return step.logits ?? Tensor(shape: [ids.count, vocabularySize], repeating: 0)
    }

    private func compute(_ steps: [DecodingStep]) {
        var joined = KeyValueCache(steps.flatMap { $0.takeCache().sequences })
        let (counts, ids) = (joined.tokenCounts, steps.flatMap(\.ids))
        BatchSizes.tell(ids.count, of: "decoder steps")
        let logits = logits(after: ids, &joined)
        let isCancelled = Cancellation.isDue
        if isCancelled { joined.forgetTokens(after: counts) }
        var (sequences, rows) = (0, 0)
        for step in steps {
            let (next, nextRow) = (sequences + step.ids.count, rows + step.ids.count { !$0.isEmpty })
            step.finish(
                joined.part(sequences..<next),
                logits: isCancelled ? nil : steps.count == 1 ? logits : logits.rows(rows..<nextRow))
            (sequences, rows) = (next, nextRow)
        }
    }
}
