internal import CTesseraVector

/// What the rows of a ragged batch attend to: each sequence brings some rows of queries, which see the keys that it holds, however
/// many those are. It is prepared once for all layers of a stack.
package struct AttentionStep {
    /// A sequence that brings queries.
    package struct Sequence {
        package var pages: KeyValuePages
        package var queryCount: Int
        /// Which of its keys are valid, `[1, keys]`; nil where all are.
        package var validKeys: KeyMask?

        package init(_ pages: KeyValuePages, queryCount: Int, validKeys: KeyMask? = nil) {
            (self.pages, self.queryCount, self.validKeys) = (pages, queryCount, validKeys)
        }
    }

    /// Keeps alive what the items point to.
    private let sequences: [Sequence]
    private let table: AlignedMemory
    let items: [AttentionItem]
    /// The most keys that a sequence holds.
    package let longest: Int

    /// - Parameter isCausal: whether the queries are of a sequence's last tokens, and see no later key.
    package init(_ sequences: [Sequence], isCausal: Bool) {
        self.sequences = sequences
        let longest = sequences.reduce(0) { max($0, $1.pages.count) }
        self.longest = longest
        let addresses = sequences.flatMap { $0.pages.pages.map(\.address) }
        let table = AlignedMemory(byteCount: addresses.count * MemoryLayout<UnsafeMutableRawPointer?>.stride)
        self.table = table
        let pages = table.address.bindMemory(to: UnsafeMutableRawPointer?.self, capacity: addresses.count)
        for (index, address) in addresses.enumerated() { pages[index] = address }
        var (firstQuery, firstPage) = (0, 0)
        items = sequences.map { sequence in
            defer {
                firstQuery += sequence.queryCount
                firstPage += sequence.pages.pages.count
            }
            return AttentionItem(
                sequence, firstQuery: firstQuery, pages: pages + firstPage, longest: longest, isCausal: isCausal)
        }
    }

    package var queryCount: Int { sequences.reduce(0) { $0 + $1.queryCount } }
}

extension AttentionItem {
    fileprivate init(
        _ sequence: AttentionStep.Sequence, firstQuery: Int, pages: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
        longest: Int, isCausal: Bool
    ) {
        let (stored, queries) = (sequence.pages, sequence.queryCount)
        let known = stored.count - queries
        precondition(!isCausal || known >= 0, "\(queries) queries of \(stored.count) tokens")
        precondition(
            sequence.validKeys.map { $0.shape == [1, stored.count] } ?? true, "the mask does not fit the keys")
        self.firstQuery = firstQuery
        (call.query_count, call.key_count) = (Int64(queries), Int64(stored.count))
        call.stored.precision = stored.layout.precision.code
        (call.stored.page_keys, call.stored.head_size) = (Int64(stored.pageKeys), Int64(stored.layout.headSize))
        call.stored.pages = stored.pages.isEmpty ? nil : UnsafePointer(pages)
        call.key_mask = sequence.validKeys.map { $0.start(of: 0) }
        call.causal_offset = isCausal ? Int64(known) : -1
        pageBytesOfHead = stored.bytesOfHead
        // All sequences read one list of biases, whose last is that of a token to itself: each query one place further left.
        (biasStart, call.bias_stride) = (longest - 1 - known, -1)
    }
}

extension ScaledDotProductAttention {
    /// Attends to what sequences hold.
    ///
    /// - Parameters:
    ///   - query: the rows of all sequences, one sequence after the other, `[rows, heads * size]`
    ///   - new: the keys and values of the same tokens, where these are the last that the sequences hold: they are put into the
    ///     pages first. `[rows, key heads * size]`
    ///   - positionBias: added to the scores for each distance from a key to a later query, the longest first,
    ///     `[heads, 1, longest]`
    /// - Returns: `[rows, heads * size]`
    package func callAsFunction(
        query: Tensor, storing new: (key: Tensor, value: Tensor)? = nil, step: AttentionStep, layer: Int,
        positionBias: Tensor? = nil
    ) -> Tensor {
        precondition(query.shape[0] == step.queryCount, "\(query.shape) does not fit \(step.queryCount) queries")
        precondition(
            positionBias.map { $0.shape == [headCount, 1, step.longest] } ?? true, "the bias does not fit the scores")
        var output = Tensor(uninitialized: query.shape)
        run(step.items, query: query, bias: positionBias, layer: layer, storing: new, into: &output)
        return output
    }

    /// What the queries of each sequence take from each of its keys, `[heads, queries, keys]`; see `callAsFunction`.
    package func probabilities(query: Tensor, step: AttentionStep, layer: Int) -> [Tensor] {
        var output = Tensor(uninitialized: query.shape)
        var weights = step.items.map { Tensor(uninitialized: [headCount, $0.queryCount, $0.keyCount]) }
        // A tensor's memory has one address for life, and `weights` holds these to the end.
        let targets = weights.indices.map { index in weights[index].withMutableValues { $0.baseAddress! } }
        run(step.items, query: query, layer: layer, into: &output, probabilities: targets)
        return weights
    }

    /// Puts keys and values of the tokens of each sequence, as many as it brings queries, into its pages.
    ///
    /// - Parameter key, value: `[…, key heads * size]`
    package func store(key: Tensor, value: Tensor, in step: AttentionStep, layer: Int) {
        store((key, value), in: step.items, layer: layer)
    }
}
