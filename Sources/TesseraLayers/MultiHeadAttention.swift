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
        let projected = projected(x, memory)
        let context = attention(
            query: projected[0], key: projected[1], value: projected[2], bias: bias, mask: mask)
        return output(context, scale: outputScale, addingTo: residual)
    }

    /// The keys and values of a sequence that many queries will attend to.
    ///
    /// - Parameter memory: `[batch, keys, hidden]`
    public func keysAndValues(of memory: Tensor, precision: Precision) -> KeysAndValues {
        let projected = Linear.map(memory, by: [key, value])
        return KeysAndValues(
            key: projected[0], value: projected[1], headCount: headCount, precision: precision)
    }

    /// Attends to keys and values of a sequence.
    ///
    /// - Parameters:
    ///   - query: what the query projection gave, `[batch, queries, heads * size]`
    ///   - validKeys: `[batch, keys]`, true where a key is valid; nil where all are.
    public func attend(
        query: Tensor, _ memory: KeysAndValues, validKeys: [[Bool]]?, addingTo residual: Tensor?
    ) -> Tensor {
        output(attention(query: query, memory, validKeys: validKeys), addingTo: residual)
    }

    /// Attends to keys and values that were computed before; see `callAsFunction`.
    ///
    /// - Parameters:
    ///   - query: what the query projection gave, `[batch, queries, heads * size]`
    ///   - key, value: `[batch, keys, heads * size]`
    ///   - keyCount: how many of the keys there are yet; all where nil.
    public func attend(
        query: Tensor, key: Tensor, value: Tensor, keyCount: Int? = nil, bias: Tensor? = nil,
        mask: AttentionMask = .none, addingTo residual: Tensor? = nil
    ) -> Tensor {
        let context = attention(query: query, key: key, value: value, keyCount: keyCount, bias: bias, mask: mask)
        return output(context, addingTo: residual)
    }

    /// What each query takes from the keys of a sequence, `[batch, heads, queries, keys]`.
    public func probabilities(query: Tensor, _ memory: KeysAndValues, validKeys: [[Bool]]?) -> Tensor {
        attention.probabilities(query: query, memory, validKeys: validKeys)
    }

    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// `[batch, queries, hidden]`
        let x: Tensor
        /// `[batch, keys, hidden]`, where it is another sequence than x.
        let memory: Tensor?
        /// `[batch, queries or keys, heads * size]`
        let query, key, value: Tensor
        /// What the output projection was applied to, `[batch, queries, heads * size]`
        let context: Tensor
        let mask: AttentionMask
        /// `[heads, queries, keys]`
        let bias: Tensor?
    }

    /// The forward pass of a training; see `callAsFunction`.
    public func forward(
        _ x: Tensor, memory: Tensor? = nil, bias: Tensor? = nil, mask: AttentionMask = .none,
        addingTo residual: Tensor? = nil
    ) -> (output: Tensor, saved: Saved) {
        let projected = projected(x, memory)
        let context = attention(
            query: projected[0], key: projected[1], value: projected[2], bias: bias, mask: mask)
        let saved = Saved(
            x: x, memory: memory, query: projected[0], key: projected[1], value: projected[2], context: context,
            mask: mask, bias: bias)
        return (output(context, addingTo: residual), saved)
    }

    /// - Parameters:
    ///   - outputGradient: `[batch, queries, hidden]`
    ///   - biasGradient: what the bias's gradient is added to, `[heads, queries, keys]`; nil where it is not wanted.
    ///   - isMemoryTrained: whether the gradient of another sequence that the keys came from is wanted.
    /// - Returns: dx, `[batch, queries, hidden]`, and, where the keys came from another sequence, that one's gradient,
    ///   `[batch, keys, hidden]`.
    public func backward(
        _ outputGradient: Tensor, _ saved: Saved, into gradient: inout MultiHeadAttention,
        biasGradient: inout Tensor?, isMemoryTrained: Bool = true
    ) -> (x: Tensor, memory: Tensor?) {
        let context = output.backward(outputGradient, input: saved.context, into: &gradient.output)
        let inner = attention.backward(
            context, query: saved.query, key: saved.key, value: saved.value, bias: saved.bias, mask: saved.mask,
            biasGradient: &biasGradient)
        // Of self-attention x has three gradients, each added to what is there of the others.
        let source = saved.memory ?? saved.x
        let x = query.backward(inner.query, input: saved.x, into: &gradient.query)
        guard isMemoryTrained || saved.memory == nil else {
            key.accumulate(inner.key, input: source, into: &gradient.key)
            value.accumulate(inner.value, input: source, into: &gradient.value)
            return (x, nil)
        }
        guard saved.memory == nil else {
            let keyed = key.backward(inner.key, input: source, into: &gradient.key)
            return (x, value.backward(inner.value, input: source, into: &gradient.value, addingTo: keyed))
        }
        let keyed = key.backward(inner.key, input: source, into: &gradient.key, addingTo: x)
        return (value.backward(inner.value, input: source, into: &gradient.value, addingTo: keyed), nil)
    }

    /// What each query takes from each key, `[batch, heads, queries, keys]`.
    public func probabilities(
        _ x: Tensor, memory: Tensor? = nil, bias: Tensor? = nil, mask: AttentionMask = .none
    ) -> Tensor {
        attention.probabilities(query: query(x), key: key(memory ?? x), bias: bias, mask: mask)
    }

    /// Queries, keys and values, `[batch, queries or keys, heads * size]`.
    private func projected(_ x: Tensor, _ memory: Tensor?) -> [Tensor] {
        memory.map { [query(x)] + Linear.map($0, by: [key, value]) } ?? Linear.map(x, by: [query, key, value])
    }

    private var attention: ScaledDotProductAttention {
        ScaledDotProductAttention(headCount: headCount, scale: scale, precision: key.weight.packedPrecision)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("query", &query, as: .query)
        // What this attention is visited as: `.memory` where it reads another sequence.
        try visitor.visit("key", &key)
        try visitor.visit("value", &value)
        try visitor.visit("output", &output, as: .hidden)
    }
}
