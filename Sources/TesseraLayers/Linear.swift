public import TesseraTensor

/// A linear map of the last dimension, `x Wᵀ + b`.
///
/// ```swift
/// let layer = Linear(weight: Tensor(shape: [2, 3], [1, 0, 0, 0, 1, 0]), bias: Tensor(shape: [2], [10, 20]))
/// layer(Tensor(shape: [1, 3], [1, 2, 3])).values   // [11, 22]
/// ```
public struct Linear: Layer {
    /// `[output, input]`
    public package(set) var weight: Weight
    /// `[output]`
    public var bias: Tensor?
    /// What learns in place of the matrix, where there is such.
    public package(set) var adapter: LowRankAdapter?

    /// A layer to run; its matrix is packed.
    ///
    /// - Parameters:
    ///   - weight: `[output, input]`
    ///   - bias: `[output]`
    public init(weight: Tensor, bias: Tensor?) {
        self.weight = Weight(.packed(PackedMatrix(weight, .float32)))
        self.bias = bias
    }

    /// A layer to be trained.
    package init(dense weight: Tensor, bias: Tensor?) {
        self.weight = Weight(.dense(weight))
        self.bias = bias
    }

    /// A layer of these sizes whose parameters are not there yet: see `Trainable`.
    ///
    /// - Parameters:
    ///   - input: how many numbers it reads, 1 or more.
    ///   - output: how many it gives, 1 or more.
    ///   - bias: whether it adds a vector to what the matrix gives.
    public init(input: Int, output: Int, bias: Bool = true) {
        precondition(input > 0 && output > 0, "a linear layer maps numbers to numbers, not \(input) to \(output)")
        self.init(dense: Tensor(unloaded: [output, input]), bias: bias ? Tensor(unloaded: [output]) : nil)
    }

    /// - Parameters:
    ///   - x: `[…, input]`
    ///   - activation: applied to `x Wᵀ + b`.
    ///   - scale: multiplied with what the activation gives, `[output]`.
    ///   - residual: added last, `[…, output]`.
    /// - Returns: `[…, output]`
    public func callAsFunction(
        _ x: Tensor, activation: Activation = .identity, scale: Tensor? = nil, addingTo residual: Tensor? = nil
    ) -> Tensor {
        if let adapter { return adapted(x, by: adapter, activation, scale, residual) }
        let epilogue = Epilogue(bias: bias, activation: activation, scale: scale, residual: residual)
        switch weight.form {
        case .packed(let matrix): return matrix.multiply(x, epilogue)
        case .dense: preconditionFailure("a layer that can be trained does not run: see Trainable.ready")
        case .training(let matrix):
            precondition(activation == .identity && scale == nil, "a training keeps what these are applied to")
            return matrix.multiply(x, bias: bias, residual: residual)
        }
    }

    /// The same beside an adapter, whose part is added before the activation.
    private func adapted(
        _ x: Tensor, by adapter: LowRankAdapter, _ activation: Activation, _ scale: Tensor?, _ residual: Tensor?
    ) -> Tensor {
        var plain = self
        plain.adapter = nil
        precondition(scale == nil, "a layer with an adapter has no scale")
        var y = plain(x)
        y += adapter(x)
        y = activation == .identity ? y : activation(y)
        if let residual { y += residual }
        return y
    }

    /// Several maps of the same `x`, computed together: faster than one after the other.
    ///
    /// - Parameters:
    ///   - x: `[…, input]`
    ///   - activation: applied to what the first layer gives.
    /// - Returns: `[…, output]` for each layer.
    public static func map(_ x: Tensor, by layers: [Linear], activatingFirst activation: Activation = .identity)
        -> [Tensor]
    {
        let activations = [activation] + Array(repeating: .identity, count: max(0, layers.count - 1))
        let matrices = layers.compactMap { layer -> PackedMatrix? in
            if layer.adapter == nil, case .packed(let matrix) = layer.weight.form { matrix } else { nil }
        }
        guard matrices.count == layers.count else {
            return layers.indices.map { layers[$0](x, activation: activations[$0]) }
        }
        return PackedMatrix.multiply(
            x, layers.indices.map { (matrices[$0], Epilogue(bias: layers[$0].bias, activation: activations[$0])) })
    }

    /// y = x Wᵀ + b, so dx = dy W, dW += dyᵀ x, db += Σ dy over the rows.
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, output]`
    ///   - input: the forward pass's x, `[…, input]`
    ///   - other: added to dx, where x went elsewhere too, `[…, input]`
    /// - Returns: dx, `[…, input]`
    public func backward(
        _ outputGradient: Tensor, input: Tensor, into gradient: inout Linear,
        addingTo other: consuming Tensor? = nil
    ) -> Tensor {
        guard let adapter else {
            accumulate(outputGradient, input: input, into: &gradient)
            return weight.backward(outputGradient, addingTo: other)
        }
        var plain = self
        plain.adapter = nil
        var x = plain.backward(outputGradient, input: input, into: &gradient, addingTo: other)
        x += adapter.backward(outputGradient, input: input, into: &gradient.adapter!)
        return x
    }

    /// The same without dx, for a layer whose input is not trained.
    public func accumulate(_ outputGradient: Tensor, input: Tensor, into gradient: inout Linear) {
        if let adapter { _ = adapter.backward(outputGradient, input: input, into: &gradient.adapter!) }
        gradient.weight.withDense { weight.accumulate(outputGradient, input: input, into: &$0) }
        gradient.bias?.ifWanted { $0.addSumOfRows(of: outputGradient) }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.enter(&self)
        try visitor.visit("weight", &weight)
        try visitor.visit("bias", &bias, as: .bias)
        try visitor.visit("adapter", &adapter)
    }
}
