internal import CTesseraVector

/// One item of a batch: some rows of queries, and what they attend to. Whether keys and values lie in tensors or in pages, and
/// whether the items of a batch are of one size, makes no difference to what runs them.
///
/// It points to what it was made of, which must live as long.
struct AttentionItem {
    /// Its first query among the rows of all items.
    var firstQuery = 0
    /// The call of its first head, without queries, bias and what is written.
    var call = tessera_attention()
    /// Where its biases begin among those of a head.
    var biasStart = 0
    /// Bytes that a page takes for each head.
    var pageBytesOfHead = 0

    var queryCount: Int { Int(call.query_count) }
    var keyCount: Int { Int(call.key_count) }
}

extension ScaledDotProductAttention {
    /// The items of tensors `[batch, queries, heads * size]` and `[batch, keys, key heads * size]`.
    func items(query: Tensor, key: Tensor, value: Tensor, mask: AttentionMask) -> [AttentionItem] {
        let (batch, queries, keys) = (query.shape[0], query.shape[1], key.shape[1])
        let width = query.shape[2] / groupSize
        precondition(key.shape == [batch, keys, width] && value.shape == key.shape, "query, key and value do not fit")
        precondition(mask.validKeys.map { $0.shape == [batch, keys] } ?? true, "the mask does not fit the keys")
        let (firstKey, firstValue) = (key.withValues { $0.baseAddress }, value.withValues { $0.baseAddress })
        return (0..<batch).map { index in
            var item = AttentionItem(firstQuery: index * queries)
            (item.call.query_count, item.call.key_count) = (Int64(queries), Int64(keys))
            item.call.key = firstKey.map { $0 + index * keys * width }
            item.call.value = firstValue.map { $0 + index * keys * width }
            (item.call.key_stride, item.call.value_stride) = (Int64(width), Int64(width))
            item.call.bias_stride = Int64(keys)
            item.call.key_mask = mask.validKeys.map { $0.start(of: index) }
            item.call.causal_offset = Int64(mask.causalOffset ?? -1)
            return item
        }
    }
}

/// Where the heads of a batch's items read and write, found once for all of them: `run` asks for nothing else in each.
struct AttentionOperands {
    let headCount, keyHeadCount, headSize: Int
    let scale: Float
    let precision: tessera_precision
    /// Whose part of the pages is meant.
    let layer: Int
    /// The rows of all items, `[…, heads * size]`
    let query: UnsafePointer<Float>?
    /// As many for each head.
    let bias: UnsafePointer<Float>?
    let biasesOfHead: Int

    /// - Parameters:
    ///   - query: `[…, heads * size]`
    ///   - bias: as many for each head.
    init(_ attention: ScaledDotProductAttention, query: Tensor, bias: Tensor?, layer: Int = 0) {
        let width = query.shape[query.rank - 1]
        (headCount, keyHeadCount) = (attention.headCount, attention.keyHeadCount)
        precondition(width % headCount == 0, "\(headCount) heads do not divide \(width)")
        headSize = width / headCount
        (scale, precision) = (attention.scale, attention.precision.code)
        self.layer = layer
        self.query = query.withValues { $0.baseAddress }
        self.bias = bias?.withValues { $0.baseAddress }
        biasesOfHead = (bias?.count ?? 0) / headCount
    }

    /// Where a head's rows begin in a tensor of the rows of all items, `[…, heads * size]`.
    func offset(_ item: AttentionItem, _ head: Int) -> Int { (item.firstQuery * headCount + head) * headSize }

    /// The call of one head of an item, save for what it writes.
    func call(_ item: AttentionItem, _ head: Int) -> tessera_attention {
        let width = Int64(headCount * headSize)
        var call = item.call
        call.head_size = Int64(headSize)
        call.query = query.map { $0 + offset(item, head) }
        (call.query_stride, call.output_stride) = (width, width)
        let keyHead = head / (headCount / keyHeadCount)
        call.key = call.key.map { $0 + keyHead * headSize }
        call.value = call.value.map { $0 + keyHead * headSize }
        call.stored.offset = Int64((layer * keyHeadCount + keyHead) * item.pageBytesOfHead)
        call.bias = bias.map { $0 + head * biasesOfHead + item.biasStart }
        (call.scale, call.precision) = (scale, precision)
        return call
    }
}
