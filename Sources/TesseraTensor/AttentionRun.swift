internal import CTesseraVector

/// Keys and values of the queries' own tokens, the last of each item's, `[…, key heads * size]`
typealias NewKeys = (key: Tensor, value: Tensor)

extension ScaledDotProductAttention {
    /// Attends in every head of every item: the one place that all attention goes through.
    ///
    /// - Parameters:
    ///   - query: `[…, heads * size]`
    ///   - bias: as many for each head.
    ///   - layer: whose part of the pages is meant.
    ///   - new: what is put into the pages first.
    ///   - output: `[…, heads * size]`
    ///   - probabilities: where those of each item go, `[heads, queries, keys]`
    func run(
        _ items: [AttentionItem], query: Tensor, bias: Tensor? = nil, layer: Int = 0, storing new: NewKeys? = nil,
        into output: inout Tensor, probabilities: [UnsafeMutablePointer<Float>]? = nil
    ) {
        let heads = items.count * headCount
        guard heads > 0 else { return }
        let operands = AttentionOperands(self, query: query, bias: bias, layer: layer)
        // Where one head a thread is not enough work to share, a head's queries are shared too.
        let most = items.reduce(0) { max($0, $1.queryCount) }
        let parts = Threads.current.count * 2
        let splits = heads >= parts ? 1 : max(1, min(most / 64, parts / heads))
        // What several parts read is there before the first of them begins.
        let isShared = splits > 1 || groupSize > 1
        if let new, isShared { store(new, in: items, layer: layer) }
        let stored = isShared ? nil : new.map(KeyAddresses.init)
        let target = output.withMutableValues { $0.baseAddress }
        items.withUnsafeBufferPointer { items in
            Threads.forEach(heads * splits) { part in
                let (number, head) = (part / splits / headCount, part / splits % headCount)
                var call = operands.call(items[number], head)
                stored?.store(items[number], call, operands.offset(items[number], head))
                call.output = target.map { $0 + operands.offset(items[number], head) }
                let weights = items[number].queryCount * items[number].keyCount
                call.probabilities = probabilities.map { $0[number] + head * weights }
                attend(&call, part % splits, of: splits)
            }
        }
        // A tensor's memory has one address for life, and these hold theirs to the end.
        withExtendedLifetime((query, bias, new, output)) {}
    }

    private func attend(_ call: inout tessera_attention, _ split: Int, of splits: Int) {
        let set = kernels.pointee
        let queries = Int(call.query_count)
        let (first, last) = (Int64(queries * split / splits), Int64(queries * (split + 1) / splits))
        let scratchBytes = set.attention_scratch_bytes(&call, last - first)
        // A decoder's single queries need none.
        guard scratchBytes > 0 else { return set.attention(&call, first, last, nil) }
        let scratch = AlignedMemory(byteCount: scratchBytes)
        withExtendedLifetime(scratch) { set.attention(&call, first, last, scratch.address) }
    }

    /// Puts keys and values of the last tokens of each item, as many as it has queries, into its pages.
    func store(_ new: NewKeys, in items: [AttentionItem], layer: Int) {
        let heads = ScaledDotProductAttention(headCount: keyHeadCount, scale: scale, precision: precision)
        let operands = AttentionOperands(heads, query: new.key, bias: nil, layer: layer)
        let stored = KeyAddresses(new)
        let numbersOfHead = new.key.count / max(1, items.count * keyHeadCount)
        let grain = max(1, elementwiseGrain / max(1, numbersOfHead))
        Threads.forEachRange(of: items.count * keyHeadCount, grain: grain) { parts in
            for part in parts {
                let (item, head) = (items[part / keyHeadCount], part % keyHeadCount)
                stored.store(item, operands.call(item, head), operands.offset(item, head))
            }
        }
        withExtendedLifetime(new) {}
    }
}

/// Where new keys and values lie.
private struct KeyAddresses {
    let key, value: UnsafePointer<Float>?

    init(_ new: NewKeys) {
        (key, value) = (new.key.withValues { $0.baseAddress }, new.value.withValues { $0.baseAddress })
    }

    /// Puts those of one head of an item, which begin at `offset`, into the pages of its call.
    func store(_ item: AttentionItem, _ call: tessera_attention, _ offset: Int) {
        guard let key, let value else { return }
        withUnsafePointer(to: call.stored) { stored in
            kernels.pointee.store_keys(
                stored, key + offset, value + offset, call.query_stride, call.key_count - call.query_count,
                call.query_count)
        }
    }
}
