public import TesseraTensor

/// Multi-head attention (Vaswani et al., 2017, 3.2.2): queries from one sequence, keys and values from the same (self) or
/// from another one (cross).
public struct MultiHeadAttention: Layer {
    public let headCount: Int
    /// What scores are multiplied with; 1 / sqrt(head size) unless the family says otherwise (T5: 1).
    public let scale: Float
    public var query: Linear
    public var key: Linear
    public var value: Linear
    public var output: Linear

    /// Which of the projections have a bias.
    public struct Biases: Sendable {
        public var query, key, value, output: Bool

        public init(query: Bool = true, key: Bool = true, value: Bool = true, output: Bool = true) {
            (self.query, self.key, self.value, self.output) = (query, key, value, output)
        }
    }

    /// A layer whose parameters a checkpoint will fill. `innerSize` is heads × head size, `hiddenSize` unless said.
    package init(hiddenSize: Int, headCount: Int, innerSize: Int? = nil, biases: Biases = Biases(), scale: Float? = nil)
    {
        let inner = innerSize ?? hiddenSize
        self.headCount = headCount
        self.scale = scale ?? 1 / Float(inner / headCount).squareRoot()
        query = Linear(unloadedInput: hiddenSize, output: inner, bias: biases.query)
        key = Linear(unloadedInput: hiddenSize, output: inner, bias: biases.key)
        value = Linear(unloadedInput: hiddenSize, output: inner, bias: biases.value)
        output = Linear(unloadedInput: inner, output: hiddenSize, bias: biases.output)
    }

    /// - Parameters:
    ///   - x: where queries come from, `[batch, queries, hidden]`
    ///   - memory: where keys and values come from, `[batch, keys, hidden]`; `x` itself when nil.
    ///   - bias: added to the scores, `[heads, queries, keys]`
    ///   - outputScale: multiplied with the result, `[hidden]`.
    ///   - residual: added to the result, `[batch, queries, hidden]`.
    /// - Returns: `[batch, queries, hidden]`
    public func callAsFunction(
        _ x: Tensor, memory: Tensor? = nil, bias: Tensor? = nil, mask: AttentionMask = .none,
        outputScale: Tensor? = nil, addingTo residual: Tensor? = nil
    ) -> Tensor {
        let projected =
            memory.map { [query(x)] + Linear.map($0, by: [key, value]) } ?? Linear.map(x, by: [query, key, value])
        let context = attention(
            query: projected[0], key: projected[1], value: projected[2], bias: bias, mask: mask)
        return output(context, scale: outputScale, addingTo: residual)
    }

    /// What each query takes from each key, `[batch, heads, queries, keys]`.
    public func probabilities(
        _ x: Tensor, memory: Tensor? = nil, bias: Tensor? = nil, mask: AttentionMask = .none
    ) -> Tensor {
        attention.probabilities(query: query(x), key: key(memory ?? x), bias: bias, mask: mask)
    }

    private var attention: ScaledDotProductAttention { ScaledDotProductAttention(headCount: headCount, scale: scale) }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("query", &query)
        try visitor.visit("key", &key)
        try visitor.visit("value", &value)
        try visitor.visit("output", &output)
    }
}
