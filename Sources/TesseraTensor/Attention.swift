/// Multi-head scaled dot-product attention, `softmax(scale · Q Kᵀ + bias) V` (Vaswani et al., 2017, 3.2).
///
/// Heads lie side by side within a token. Queries are taken in blocks: the scores of all heads are never held at once. A
/// query that may see no key at all gives zeros.
public struct ScaledDotProductAttention: Sendable {
    /// How many heads lie side by side within a token.
    public let headCount: Int
    /// How many heads keys and values have: a divisor of `headCount`. As many heads of queries as lie side by side read one of them
    /// (Ainslie et al., 2023, grouped queries).
    public let keyHeadCount: Int
    /// What the scores are multiplied with: usually 1 / sqrt(head size).
    public let scale: Float
    /// Float32 rounds nothing. In every other precision many queries at once take products in bfloat16, where the
    /// processor multiplies that faster: queries, keys, values and weights are rounded, scores and sums are not.
    public let precision: Precision

    /// - Parameters:
    ///   - headCount: how many heads lie side by side within a token.
    ///   - keyHeadCount: how many heads keys and values have, a divisor of `headCount`; as many where nil.
    ///   - scale: what scores are multiplied with: usually 1 / sqrt(head size).
    ///   - precision: in which numbers many queries at once are multiplied.
    public init(headCount: Int, keyHeadCount: Int? = nil, scale: Float, precision: Precision = .float32) {
        let keyHeads = keyHeadCount ?? headCount
        precondition(keyHeads > 0 && headCount % keyHeads == 0, "\(keyHeads) heads do not divide \(headCount)")
        self.headCount = headCount
        self.keyHeadCount = keyHeads
        self.scale = scale
        self.precision = precision
    }

    /// - Parameters:
    ///   - query: `[batch, queries, heads * size]`
    ///   - key: `[batch, keys, key heads * size]`
    ///   - value: `[batch, keys, key heads * size]`
    ///   - bias: added to the scores, `[heads, queries, keys]`
    /// - Returns: `[batch, queries, heads * size]`
    public func callAsFunction(
        query: Tensor, key: Tensor, value: Tensor, bias: Tensor? = nil, mask: AttentionMask = .none
    ) -> Tensor {
        var output = Tensor(uninitialized: query.shape)
        run(query, key, value, bias, mask, &output, nil)
        return output
    }

    /// The attention weights: what each query takes from each key.
    ///
    /// - Returns: `[batch, heads, queries, keys]`
    public func probabilities(query: Tensor, key: Tensor, bias: Tensor? = nil, mask: AttentionMask = .none) -> Tensor {
        var output = Tensor(uninitialized: query.shape)
        var weights = Tensor(uninitialized: [query.shape[0], headCount, query.shape[1], key.shape[1]])
        weights.withMutableValues { run(query, key, key, bias, mask, &output, $0.baseAddress) }
        return weights
    }

    /// How many heads of queries read one of keys.
    var groupSize: Int { headCount / keyHeadCount }

    private func run(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, _ bias: Tensor?, _ mask: AttentionMask,
        _ output: inout Tensor, _ probabilities: UnsafeMutablePointer<Float>?
    ) {
        let (batch, queries, keys) = (query.shape[0], query.shape[1], key.shape[1])
        precondition(bias.map { $0.shape == [headCount, queries, keys] } ?? true, "the bias does not fit the scores")
        let targets = probabilities.map { start in (0..<batch).map { start + $0 * headCount * queries * keys } }
        run(
            items(query: query, key: key, value: value, mask: mask), query: query, bias: bias, into: &output,
            probabilities: targets)
        withExtendedLifetime((key, value, mask)) {}
    }
}

/// Calls `body` with the tensor's elements, or with nil.
func withOptionalValues(_ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Void) {
    if let tensor { tensor.withValues { body($0.baseAddress) } } else { body(nil) }
}
