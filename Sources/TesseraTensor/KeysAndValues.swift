internal import CTesseraVector

/// Keys and values that many queries attend to, one after the other: a decoder's of the encoder's output. Reading them is most
/// of that work, so beside weights of fewer bits they are held in bfloat16.
public struct KeysAndValues: Sendable {
    /// How many sequences there are, how many keys each has, and heads times their size.
    public let batch, count, width: Int

    enum Storage: Sendable {
        case float32(key: Tensor, value: Tensor)
        case bfloat16(key: AlignedMemory, value: AlignedMemory)
    }

    let storage: Storage

    /// - Parameters:
    ///   - key, value: `[batch, keys, heads * size]`
    ///   - precision: float32 keeps them as they are; every other holds them in bfloat16.
    public init(key: Tensor, value: Tensor, headCount: Int, precision: Precision) {
        precondition(
            key.rank == 3 && key.shape == value.shape, "keys \(key.shape) and values \(value.shape) do not fit")
        (batch, count, width) = (key.shape[0], key.shape[1], key.shape[2])
        storage =
            precision == .float32
            ? .float32(key: key, value: value)
            : .bfloat16(
                key: KeysAndValues.blocks(key, headCount: headCount),
                value: KeysAndValues.byHead(value, headCount: headCount))
    }

    static let blockSize = Int(TESSERA_KEY_BLOCK)

    /// Elements of one head's keys in blocks.
    static func blockedCount(_ keys: Int, headSize: Int) -> Int {
        (keys + blockSize - 1) / blockSize * blockSize * headSize
    }

    /// The keys of each head in blocks, as the loops read them: `[batch * heads][block][size][16][2]`.
    private static func blocks(_ keys: Tensor, headCount: Int) -> AlignedMemory {
        let stride = blockedCount(keys.shape[1], headSize: keys.shape[2] / headCount)
        return halves(keys, headCount: headCount, stride: stride, kernels.pointee.halve_keys)
    }

    /// The values of each head, `[batch * heads][keys][size]`.
    private static func byHead(_ values: Tensor, headCount: Int) -> AlignedMemory {
        let stride = values.shape[1] * (values.shape[2] / headCount)
        return halves(values, headCount: headCount, stride: stride, kernels.pointee.halve_values)
    }

    private typealias Halving =
        @convention(c) (
            _ source: UnsafePointer<Float>?, _ rowStride: Int64, _ keys: Int64, _ size: Int64,
            _ target: UnsafeMutablePointer<UInt16>?
        ) -> Void

    /// Each head of `tensor` `[batch, keys, heads * size]` in bfloat16, the heads `stride` elements apart.
    private static func halves(
        _ tensor: Tensor, headCount: Int, stride: Int, _ halve: @escaping Halving
    ) -> AlignedMemory {
        let (heads, keys, width) = (tensor.shape[0] * headCount, tensor.shape[1], tensor.shape[2])
        let size = width / headCount
        let memory = AlignedMemory(byteCount: heads * stride * MemoryLayout<UInt16>.stride)
        let target = memory.address.assumingMemoryBound(to: UInt16.self)
        tensor.withValues { values in
            guard let source = values.baseAddress else { return }
            Threads.forEach(heads) { head in
                let start = head / headCount * keys * width + head % headCount * size
                halve(source + start, Int64(width), Int64(keys), Int64(size), target + head * stride)
            }
        }
        return memory
    }
}

extension ScaledDotProductAttention {
    /// - Parameters:
    ///   - query: `[batch, queries, heads * size]`
    ///   - validKeys: `[batch, keys]`, true where a key is valid; nil where all are.
    /// - Returns: `[batch, queries, heads * size]`
    public func callAsFunction(query: Tensor, _ memory: KeysAndValues, validKeys: [[Bool]]? = nil) -> Tensor {
        switch memory.storage {
        case .float32(let key, let value):
            return self(query: query, key: key, value: value, mask: AttentionMask(validKeys: validKeys))
        case .bfloat16(let key, let value):
            var output = Tensor(uninitialized: query.shape)
            run(query, key, value, memory, validKeys, &output, nil)
            return output
        }
    }

    /// What each query takes from each key, `[batch, heads, queries, keys]`.
    public func probabilities(query: Tensor, _ memory: KeysAndValues, validKeys: [[Bool]]? = nil) -> Tensor {
        switch memory.storage {
        case .float32(let key, _):
            return probabilities(query: query, key: key, mask: AttentionMask(validKeys: validKeys))
        case .bfloat16(let key, let value):
            var output = Tensor(uninitialized: query.shape)
            var weights = Tensor(uninitialized: [query.shape[0], headCount, query.shape[1], memory.count])
            weights.withMutableValues { run(query, key, value, memory, validKeys, &output, $0.baseAddress) }
            return weights
        }
    }

    private func run(
        _ query: Tensor, _ key: AlignedMemory, _ value: AlignedMemory, _ memory: KeysAndValues, _ validKeys: [[Bool]]?,
        _ output: inout Tensor, _ probabilities: UnsafeMutablePointer<Float>?
    ) {
        let (queries, width) = (query.shape[1], query.shape[2])
        precondition(query.shape[0] == memory.batch && width == memory.width, "\(query.shape) does not fit the keys")
        let valid = validKeys.map { rows in rows.flatMap { $0.map { $0 ? UInt8(1) : 0 } } } ?? []
        precondition(valid.isEmpty || valid.count == memory.batch * memory.count, "the mask does not fit the keys")
        let keys = key.address.assumingMemoryBound(to: UInt16.self)
        let values = value.address.assumingMemoryBound(to: UInt16.self)
        query.withValues { query in
            valid.withUnsafeBufferPointer { valid in
                output.withMutableValues { output in
                    guard let query = query.baseAddress, let output = output.baseAddress else { return }
                    Threads.forEach(memory.batch * headCount) { head in
                        var call = tessera_attention()
                        call.query_count = Int64(queries)
                        call.key_count = Int64(memory.count)
                        call.head_size = Int64(width / headCount)
                        call.query = query + offset(ofHead: head, rows: queries, width: width)
                        let blocked = KeysAndValues.blockedCount(memory.count, headSize: width / headCount)
                        call.half_key = UnsafePointer(keys) + head * blocked
                        call.half_value = UnsafePointer(values) + head * memory.count * (width / headCount)
                        (call.query_stride, call.key_stride) = (Int64(width), Int64(width))
                        (call.value_stride, call.output_stride) = (Int64(width / headCount), Int64(width))
                        call.output = output + offset(ofHead: head, rows: queries, width: width)
                        call.scale = scale
                        call.key_mask = valid.isEmpty ? nil : valid.baseAddress! + head / headCount * memory.count
                        call.causal_offset = -1
                        call.probabilities = probabilities.map { $0 + head * queries * memory.count }
                        attend(call)
                    }
                }
            }
        }
        withExtendedLifetime((key, value)) {}
    }

    private func attend(_ call: tessera_attention) {
        let set = kernels.pointee
        let scratch = AlignedMemory(byteCount: set.attention_scratch_bytes(call.key_count, call.head_size))
        withUnsafePointer(to: call) { set.attention($0, 0, call.query_count, scratch.address) }
    }
}
