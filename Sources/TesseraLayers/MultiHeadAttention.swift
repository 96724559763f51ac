public import TesseraTensor

/// Multi-head attention (Vaswani et al., 2017, 3.2.2): queries from one sequence, keys and values from the same (self) or
/// from another one (cross).
public struct MultiHeadAttention: Layer {
    /// How many heads share the inner size.
    public let headCount: Int
    /// How many heads keys and values have, each read by as many of the queries' (Ainslie et al., 2023).
    public let keyHeadCount: Int
    /// What scores are multiplied with; 1 / sqrt(head size) unless the family says otherwise (T5: 1).
    public let scale: Float
    /// `[inner, hidden]`: heads side by side, like those of key and value.
    public var query: Linear
    /// `[key heads * size, hidden]`, of the sequence that is attended to.
    public var key: Linear
    /// `[key heads * size, hidden]`, of the sequence that is attended to.
    public var value: Linear
    /// `[hidden, inner]`, of what the heads found.
    public var output: Linear

    /// Which of the projections have a bias.
    public struct Biases: Sendable {
        /// Whether the projection of that name has one.
        public var query, key, value, output: Bool

        /// A bias for all, if not said otherwise.
        ///
        /// - Parameters:
        ///   - query: whether queries have one.
        ///   - key: whether keys have one.
        ///   - value: whether values have one.
        ///   - output: whether what the heads found has one.
        public init(query: Bool = true, key: Bool = true, value: Bool = true, output: Bool = true) {
            (self.query, self.key, self.value, self.output) = (query, key, value, output)
        }
    }

    /// A layer of these sizes whose parameters are not there yet: see `Trainable`.
    ///
    /// - Parameters:
    ///   - hiddenSize: how many numbers a token has, 1 or more.
    ///   - headCount: a divisor of `innerSize`.
    ///   - keyHeadCount: how many heads keys and values have, a divisor of `headCount`; as many where nil.
    ///   - innerSize: heads × head size, as wide as queries are; `hiddenSize` where nil.
    ///   - biases: which projections have one.
    ///   - scale: what scores are multiplied with; 1 / sqrt(head size) where nil.
    public init(
        hiddenSize: Int, headCount: Int, keyHeadCount: Int? = nil, innerSize: Int? = nil, biases: Biases = Biases(),
        scale: Float? = nil
    ) {
        let (inner, keyHeads) = (innerSize ?? hiddenSize, keyHeadCount ?? headCount)
        precondition(headCount > 0 && inner % headCount == 0, "\(headCount) heads do not divide \(inner)")
        precondition(keyHeads > 0 && headCount % keyHeads == 0, "\(keyHeads) heads do not divide \(headCount)")
        self.headCount = headCount
        self.keyHeadCount = keyHeads
        self.scale = scale ?? 1 / Float(inner / headCount).squareRoot()
        query = Linear(input: hiddenSize, output: inner, bias: biases.query)
        let keyWidth = inner / headCount * keyHeads
        key = Linear(input: hiddenSize, output: keyWidth, bias: biases.key)
        value = Linear(input: hiddenSize, output: keyWidth, bias: biases.value)
        output = Linear(input: inner, output: hiddenSize, bias: biases.output)
    }

    /// What is added to where queries and keys come from, and not to where values do (Carion et al., 2020, A.4).
    public struct Positions: Sendable {
        /// `[queries, hidden]`
        public var query: Tensor
        /// `[keys, hidden]`
        public var key: Tensor

        /// - Parameters:
        ///   - query: `[queries, hidden]`
        ///   - key: `[keys, hidden]`
        public init(query: Tensor, key: Tensor) { (self.query, self.key) = (query, key) }

        /// The same for both, of a sequence that attends to itself, `[tokens, hidden]`.
        public init(_ tokens: Tensor) { self.init(query: tokens, key: tokens) }
    }

    /// - Parameters:
    ///   - x: where queries come from, `[batch, queries, hidden]`
    ///   - memory: where keys and values come from, `[batch, keys, hidden]`; `x` itself when nil.
    ///   - positions: what queries and keys are told besides.
    ///   - bias: added to the scores, `[heads, queries, keys]`
    ///   - rotation: what turns queries and keys of self-attention, of each key; queries are the first of the same tokens.
    ///   - outputScale: multiplied with the result, `[hidden]`.
    ///   - residual: added to the result, `[batch, queries, hidden]`.
    /// - Returns: `[batch, queries, hidden]`
    public func callAsFunction(
        _ x: Tensor, memory: Tensor? = nil, positions: Positions? = nil, bias: Tensor? = nil,
        mask: AttentionMask = .none, rotation: Rotation? = nil, outputScale: Tensor? = nil,
        addingTo residual: Tensor? = nil
    ) -> Tensor {
        let projected = positions.map { self.projected(x, memory, at: $0) } ?? self.projected(x, memory, rotation)
        let context = attention(
            query: projected[0], key: projected[1], value: projected[2], bias: bias, mask: mask)
        return output(context, scale: outputScale, addingTo: residual)
    }

    /// Puts the keys and values of sequences that many queries will attend to into their pages.
    ///
    /// - Parameters:
    ///   - memory: `[sequences, keys, hidden]`
    ///   - step: in which each sequence brings as many queries as it has keys.
    ///   - layer: the number of this layer in its stack.
    package func store(_ memory: Tensor, in step: AttentionStep, layer: Int) {
        let projected = Linear.map(memory, by: [key, value])
        attention.store(key: projected[0], value: projected[1], in: step, layer: layer)
    }

    /// Self-attention of the last tokens of sequences, whose keys and values are put into their pages.
    ///
    /// - Parameters:
    ///   - x: the tokens of all sequences, `[rows, hidden]`
    ///   - step: which of them are whose.
    ///   - layer: the number of this layer in its stack.
    ///   - positionBias: added to the scores for each distance, `[heads, 1, longest]`
    ///   - rotation: what turns queries and keys, of each row; they are stored as they are then.
    ///   - residual: added to the result, `[rows, hidden]`
    /// - Returns: `[rows, hidden]`
    package func extend(
        _ step: AttentionStep, by x: Tensor, layer: Int, positionBias: Tensor?, rotation: Rotation?,
        addingTo residual: Tensor
    ) -> Tensor {
        let projected = projected(x, nil, rotation)
        let context = attention(
            query: projected[0], storing: (projected[1], projected[2]), step: step, layer: layer,
            positionBias: positionBias)
        return output(context, addingTo: residual)
    }

    /// Attention to what sequences hold.
    ///
    /// - Parameters:
    ///   - x: where queries come from, `[rows, hidden]`
    ///   - step: which of them are whose.
    ///   - layer: the number of this layer in its stack.
    ///   - residual: added to the result, `[rows, hidden]`
    ///   - probabilities: called with what the queries of each sequence take from each of its keys, `[heads, queries, keys]`, where
    ///     that is wanted.
    /// - Returns: `[rows, hidden]`
    package func callAsFunction(
        _ x: Tensor, step: AttentionStep, layer: Int, addingTo residual: Tensor,
        probabilities: (([Tensor]) -> Void)? = nil
    ) -> Tensor {
        let query = query(x)
        probabilities?(attention.probabilities(query: query, step: step, layer: layer))
        return output(attention(query: query, step: step, layer: layer), addingTo: residual)
    }

    /// What the backward pass needs of the forward pass.
    public struct Saved: Sendable {
        /// `[batch, queries, hidden]`
        let x: Tensor
        /// `[batch, keys, hidden]`, where it is another sequence than x.
        let memory: Tensor?
        /// `[batch, queries or keys, heads * size]`, queries and keys as they were turned.
        let query, key, value: Tensor
        /// What the output projection was applied to, `[batch, queries, heads * size]`
        let context: Tensor
        let mask: AttentionMask
        /// `[heads, queries, keys]`
        let bias: Tensor?
        let rotation: Rotation?
    }

    /// The forward pass of a training; see `callAsFunction`.
    ///
    /// - Parameter rotation: what turns queries and keys of self-attention, of each token.
    public func forward(
        _ x: Tensor, memory: Tensor? = nil, bias: Tensor? = nil, mask: AttentionMask = .none,
        rotation: Rotation? = nil, addingTo residual: Tensor? = nil
    ) -> (output: Tensor, saved: Saved) {
        precondition(
            rotation == nil || memory == nil, "only self-attention of whole sequences is trained with a rotation")
        let projected = projected(x, memory, rotation)
        let context = attention(
            query: projected[0], key: projected[1], value: projected[2], bias: bias, mask: mask)
        let saved = Saved(
            x: x, memory: memory, query: projected[0], key: projected[1], value: projected[2], context: context,
            mask: mask, bias: bias, rotation: rotation)
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
        var inner = attention.backward(
            context, query: saved.query, key: saved.key, value: saved.value, bias: saved.bias, mask: saved.mask,
            biasGradient: &biasGradient)
        if let rotation = saved.rotation?.transposed {
            rotation.turn(&inner.query, headSize: headSize)
            rotation.turn(&inner.key, headSize: headSize)
        }
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
        _ x: Tensor, memory: Tensor? = nil, bias: Tensor? = nil, mask: AttentionMask = .none,
        rotation: Rotation? = nil
    ) -> Tensor {
        let projected = projected(x, memory, rotation)
        return attention.probabilities(query: projected[0], key: projected[1], bias: bias, mask: mask)
    }

    /// Queries, keys and values, `[batch, queries or keys, heads * size]`.
    private func projected(_ x: Tensor, _ memory: Tensor?, _ rotation: Rotation? = nil) -> [Tensor] {
        var projected =
            memory.map { [query(x)] + Linear.map($0, by: [key, value]) } ?? Linear.map(x, by: [query, key, value])
        if let rotation {
            (memory == nil ? rotation : rotation.first(x.shape[1])).turn(&projected[0], headSize: headSize)
            rotation.turn(&projected[1], headSize: headSize)
        }
        return projected
    }

    /// The same where queries and keys are told positions.
    private func projected(_ x: Tensor, _ memory: Tensor?, at positions: Positions) -> [Tensor] {
        var queried = x
        queried.addToEachSequence(positions.query)
        guard let memory else { return Linear.map(queried, by: [query, key]) + [value(x)] }
        var keyed = memory
        keyed.addToEachSequence(positions.key)
        return [query(queried), key(keyed), value(memory)]
    }

    /// How many numbers a head has.
    public var headSize: Int { query.weight.shape[0] / headCount }

    private var attention: ScaledDotProductAttention {
        ScaledDotProductAttention(
            headCount: headCount, keyHeadCount: keyHeadCount, scale: scale, precision: key.weight.packedPrecision)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("query", &query, as: .query)
        // What this attention is visited as: `.memory` where it reads another sequence.
        try visitor.visit("key", &key)
        try visitor.visit("value", &value)
        try visitor.visit("output", &output, as: .hidden)
    }
}
