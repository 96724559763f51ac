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
    /// - Parameters:
    ///   - outputGradient: dO, `[batch, queries, heads * size]`
    ///   - query: `[batch, queries, heads * size]`
    ///   - key: `[batch, keys, heads * size]`
    ///   - value: `[batch, keys, heads * size]`
    ///   - bias: what was added to the scores, `[heads, queries, keys]`
    ///   - biasGradient: added to, `[heads, queries, keys]`
    /// - Returns: the gradients of query, key and value, in their shapes. A query that sees no key gives zeros.
    public func backward(
        _ outputGradient: Tensor, query: Tensor, key: Tensor, value: Tensor, bias: Tensor? = nil,
        mask: AttentionMask = .none, biasGradient: inout Tensor?
    ) -> (query: Tensor, key: Tensor, value: Tensor) {
        let (batch, queries, keys, width) = (query.shape[0], query.shape[1], key.shape[1], query.shape[2])
        let size = width / headCount
        precondition(outputGradient.shape == query.shape, "gradient and query do not fit")
        let (dO, q, k, v) = (outputGradient.values, query.values, key.values, value.values)
        var dQ = [Float](repeating: 0, count: q.count)
        var dK = [Float](repeating: 0, count: k.count)
        var dV = dK
        let weights = probabilities(query: query, key: key, bias: bias, mask: mask).values
        for head in 0..<batch * headCount {
            let (item, column) = (head / headCount, head % headCount * size)
            for i in 0..<queries {
                let row = (item * queries + i) * width + column
                let p = weights[(head * queries + i) * keys..<(head * queries + i + 1) * keys]
                let dP = (0..<keys).map { j in
                    (0..<size).reduce(Float(0)) { $0 + dO[row + $1] * v[(item * keys + j) * width + column + $1] }
                }
                let total = zip(dP, p).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                for (j, share) in p.enumerated() {
                    let dS = share * (dP[j] - total)
                    biasGradient?[head % headCount, i, j] += dS
                    let other = (item * keys + j) * width + column
                    for d in 0..<size {
                        dQ[row + d] += scale * dS * k[other + d]
                        dK[other + d] += scale * dS * q[row + d]
                        dV[other + d] += share * dO[row + d]
                    }
                }
            }
        }
        return (Tensor(shape: query.shape, dQ), Tensor(shape: key.shape, dK), Tensor(shape: value.shape, dV))
    }
}
