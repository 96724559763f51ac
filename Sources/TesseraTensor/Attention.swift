internal import CTesseraVector

/// Which keys a query may attend to.
public struct AttentionMask: Sendable {
    /// `[batch, keys]`, true where a key is valid; `nil` where all are.
    public var validKeys: [[Bool]]?
    /// Query `i` sees keys `0 … i + offset`; `nil` without a causal mask. The offset counts the keys that a key-value
    /// cache holds from before the first query.
    public var causalOffset: Int?

    public init(validKeys: [[Bool]]? = nil, causalOffset: Int? = nil) {
        self.validKeys = validKeys
        self.causalOffset = causalOffset
    }

    /// Every query sees every key.
    public static let none = AttentionMask()
    /// No query sees a later key.
    public static let causal = AttentionMask(causalOffset: 0)
}

/// Multi-head scaled dot-product attention, `softmax(scale · Q Kᵀ + bias) V` (Vaswani et al., 2017, 3.2).
///
/// Heads lie side by side within a token. Queries are taken in blocks: the scores of all heads are never held at once. A
/// query that may see no key at all gives zeros.
public struct ScaledDotProductAttention: Sendable {
    public let headCount: Int
    /// What the scores are multiplied with: usually 1 / sqrt(head size).
    public let scale: Float
    /// Float32 rounds nothing. In every other precision many queries at once take products in bfloat16, where the
    /// processor multiplies that faster: queries, keys, values and weights are rounded, scores and sums are not.
    public let precision: Precision

    public init(headCount: Int, scale: Float, precision: Precision = .float32) {
        self.headCount = headCount
        self.scale = scale
        self.precision = precision
    }

    /// - Parameters:
    ///   - query: `[batch, queries, heads * size]`
    ///   - key: `[batch, keys, heads * size]`
    ///   - value: `[batch, keys, heads * size]`
    ///   - keyCount: how many of the keys there are yet, where `key` and `value` have room for more; all where nil.
    ///   - bias: added to the scores, `[heads, queries, keys]`
    /// - Returns: `[batch, queries, heads * size]`
    public func callAsFunction(
        query: Tensor, key: Tensor, value: Tensor, keyCount: Int? = nil, bias: Tensor? = nil,
        mask: AttentionMask = .none
    ) -> Tensor {
        var output = Tensor(uninitialized: [query.shape[0], query.shape[1], value.shape[2]])
        run(query, key, value, keyCount ?? key.shape[1], bias, mask, &output, nil)
        return output
    }

    /// The attention weights: what each query takes from each key.
    ///
    /// - Returns: `[batch, heads, queries, keys]`
    public func probabilities(query: Tensor, key: Tensor, bias: Tensor? = nil, mask: AttentionMask = .none) -> Tensor {
        var output = Tensor(uninitialized: [query.shape[0], query.shape[1], query.shape[2]])
        var weights = Tensor(uninitialized: [query.shape[0], headCount, query.shape[1], key.shape[1]])
        weights.withMutableValues { run(query, key, key, key.shape[1], bias, mask, &output, $0.baseAddress) }
        return weights
    }

    private func run(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, _ keys: Int, _ bias: Tensor?, _ mask: AttentionMask,
        _ output: inout Tensor, _ probabilities: UnsafeMutablePointer<Float>?
    ) {
        let (queries, width) = (query.shape[1], query.shape[2])
        // Where one head a thread is not enough work to share, a head's queries are shared too.
        let heads = query.shape[0] * headCount
        let splits = heads >= Threads.count * 2 ? 1 : max(1, min(queries / 64, Threads.count * 2 / heads))
        withCalls(query, key, value, keyCount: keys, bias, mask) { headCall in
            output.withMutableValues { output in
                Threads.forEach(heads * splits) { part in
                    let head = part / splits
                    var call = headCall(head)
                    call.output = output.baseAddress! + offset(ofHead: head, rows: queries, width: width)
                    call.probabilities = probabilities.map { $0 + head * queries * keys }
                    attend(call, part % splits, of: splits)
                }
            }
        }
    }

    /// Where head `head` of all items' heads begins in a tensor `[batch, rows, width]`.
    func offset(ofHead head: Int, rows: Int, width: Int) -> Int {
        head / headCount * rows * width + head % headCount * (width / headCount)
    }

    /// Calls `body` with a function that makes the C call of one of all items' heads, save for where it writes.
    func withCalls(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, keyCount keys: Int, _ bias: Tensor?, _ mask: AttentionMask,
        _ body: ((_ head: Int) -> tessera_attention) -> Void
    ) {
        let (batch, queries, width) = (query.shape[0], query.shape[1], query.shape[2])
        let room = key.shape[1]
        precondition(width % headCount == 0, "\(headCount) heads do not divide \(width)")
        precondition(key.shape == [batch, room, width] && value.shape == key.shape, "query, key and value do not fit")
        precondition(keys <= room, "\(keys) keys of \(room)")
        precondition(bias.map { $0.shape == [headCount, queries, keys] } ?? true, "the bias does not fit the scores")
        let keyMask = mask.validKeys.map { rows in rows.flatMap { $0.map { $0 ? UInt8(1) : 0 } } } ?? []
        precondition(keyMask.isEmpty || keyMask.count == batch * keys, "the mask does not fit the keys")
        query.withValues { query in
            key.withValues { key in
                value.withValues { value in
                    withOptionalValues(bias) { bias in
                        keyMask.withUnsafeBufferPointer { keyMask in
                            body { head in
                                let rowOfKeys = offset(ofHead: head, rows: room, width: width)
                                var call = tessera_attention()
                                call.query_count = Int64(queries)
                                call.key_count = Int64(keys)
                                call.head_size = Int64(width / headCount)
                                call.query = query.baseAddress! + offset(ofHead: head, rows: queries, width: width)
                                call.key = key.baseAddress! + rowOfKeys
                                call.value = value.baseAddress! + rowOfKeys
                                (call.query_stride, call.key_stride) = (Int64(width), Int64(width))
                                (call.value_stride, call.output_stride) = (Int64(width), Int64(width))
                                call.scale = scale
                                call.precision = precision.code
                                call.bias = bias.map { $0 + head % headCount * queries * keys }
                                call.bias_stride = Int64(keys)
                                call.key_mask =
                                    keyMask.isEmpty ? nil : keyMask.baseAddress! + head / headCount * keys
                                call.causal_offset = Int64(mask.causalOffset ?? -1)
                                return call
                            }
                        }
                    }
                }
            }
        }
    }

    private func attend(_ call: tessera_attention, _ split: Int, of splits: Int) {
        let set = kernels.pointee
        let queries = Int(call.query_count)
        let scratch = AlignedMemory(byteCount: set.attention_scratch_bytes(call.key_count, call.head_size))
        withUnsafePointer(to: call) {
            set.attention($0, Int64(queries * split / splits), Int64(queries * (split + 1) / splits), scratch.address)
        }
    }
}

/// Calls `body` with the tensor's elements, or with nil.
func withOptionalValues(_ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Void) {
    if let tensor { tensor.withValues { body($0.baseAddress) } } else { body(nil) }
}
