internal import CTesseraVector

extension ScaledDotProductAttention {
    /// The gradient of attention. With P the attention weights, which are computed anew, for each head:
    ///
    ///     dV = Pᵀ dO
    ///     dP = dO Vᵀ
    ///     dS = P ∘ (dP - rowsum(dP ∘ P))
    ///     dbias += Σ dS   over the batch
    ///     dQ = scale dS K
    ///     dK = scale dSᵀ Q
    ///
    /// Where several heads of queries read one of keys, dK and dV are the sums of what each of them gives.
    ///
    /// - Parameters:
    ///   - outputGradient: dO, `[batch, queries, heads * size]`
    ///   - query: `[batch, queries, heads * size]`
    ///   - key: `[batch, keys, key heads * size]`
    ///   - value: `[batch, keys, key heads * size]`
    ///   - bias: what was added to the scores, `[heads, queries, keys]`
    ///   - biasGradient: added to, `[heads, queries, keys]`
    /// - Returns: the gradients of query, key and value, in their shapes. A query that sees no key gives zeros.
    public func backward(
        _ outputGradient: Tensor, query: Tensor, key: Tensor, value: Tensor, bias: Tensor? = nil,
        mask: AttentionMask = .none, biasGradient: inout Tensor?
    ) -> (query: Tensor, key: Tensor, value: Tensor) {
        precondition(outputGradient.shape == query.shape, "\(outputGradient.shape) is no gradient of \(query.shape)")
        let heads = query.shape[0] * headCount
        let (queries, keys, width) = (query.shape[1], key.shape[1], query.shape[2])
        guard queries > 0, keys > 0 else {
            let nothing = Tensor(shape: key.shape, repeating: 0)
            return (Tensor(shape: query.shape, repeating: 0), nothing, nothing)
        }
        // Each head of a group has keys' gradients of its own at first, so that no two threads write to one.
        let ofGroup = [groupSize] + key.shape
        var gradients = (
            query: Tensor(uninitialized: query.shape), key: Tensor(uninitialized: ofGroup),
            value: Tensor(uninitialized: ofGroup)
        )
        let dQ = gradients.query.withMutableValues { $0.baseAddress! }
        let dK = gradients.key.withMutableValues { $0.baseAddress! }
        let dV = gradients.value.withMutableValues { $0.baseAddress! }
        precondition(
            biasGradient.map { $0.shape == [headCount, queries, keys] } ?? true, "a bias gradient of another shape")
        let dBias = biasGradient?.withMutableValues { $0.baseAddress! }
        let items = items(query: query, key: key, value: value, mask: mask)
        let operands = AttentionOperands(self, query: query, bias: bias)
        outputGradient.withValues { dO in
            func run(_ item: Int, _ head: Int, _ scratch: AlignedMemory) {
                let (queriesBefore, start) = (item * queries * width, head * (width / headCount))
                let keysBefore = keyGradientStart(item: item, head: head, key)
                var call = tessera_attention_backward()
                call.forward = operands.call(items[item], head)
                call.output_gradient = dO.baseAddress! + queriesBefore + start
                call.query_gradient = dQ + queriesBefore + start
                call.key_gradient = dK + keysBefore
                call.value_gradient = dV + keysBefore
                call.bias_gradient = dBias.map { $0 + head * queries * keys }
                withUnsafePointer(to: call) { kernels.pointee.attention_backward($0, scratch.address) }
            }
            // The items of a batch add to one bias: a head's items then follow each other on one thread.
            let parts = dBias == nil ? heads : headCount
            Threads.forEach(parts) { part in
                let size = kernels.pointee.attention_backward_scratch_bytes(Int64(keys), Int64(width / headCount))
                let scratch = AlignedMemory(byteCount: size)
                for index in stride(from: part, to: heads, by: parts) {
                    run(index / headCount, index % headCount, scratch)
                }
            }
        }
        // A tensor's memory has one address for life, and these hold theirs to the end.
        withExtendedLifetime((gradients, biasGradient, query, key, value, bias, mask)) {}
        return (gradients.query, sumOfGroup(gradients.key), sumOfGroup(gradients.value))
    }

    /// Where the gradient of an item's keys begins that a head of queries gives, `[group, batch, keys, key heads * size]`.
    private func keyGradientStart(item: Int, head: Int, _ key: Tensor) -> Int {
        let width = key.shape[2]
        let numbersOfItem = key.shape[1] * width
        return (head % groupSize * key.shape[0] + item) * numbersOfItem + head / groupSize * (width / keyHeadCount)
    }

    /// `[batch, keys, key heads * size]` of `[group, batch, keys, key heads * size]`
    private func sumOfGroup(_ gradients: Tensor) -> Tensor {
        let shape = Array(gradients.shape.dropFirst())
        guard groupSize > 1 else { return gradients.reshaped(shape) }
        var sum = gradients.rows(0..<1).reshaped(shape)
        for head in 1..<groupSize { sum += gradients.rows(head..<head + 1) }
        return sum
    }
}
