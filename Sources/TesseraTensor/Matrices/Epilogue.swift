internal import CTesseraVector

/// What a product does to each sum before it is stored: `residual + scale * activation(sum + bias)`.
public struct Epilogue: Sendable {
    /// `[output]`
    public var bias: Tensor?
    /// What follows the bias.
    public var activation: Activation
    /// `[output]`
    public var scale: Tensor?
    /// Of the product's shape.
    public var residual: Tensor?

    /// Changes nothing if not said otherwise.
    ///
    /// - Parameters:
    ///   - bias: `[output]`
    ///   - activation: what follows it.
    ///   - scale: `[output]`
    ///   - residual: of the product's shape.
    public init(bias: Tensor? = nil, activation: Activation = .identity, scale: Tensor? = nil, residual: Tensor? = nil)
    {
        self.bias = bias
        self.activation = activation
        self.scale = scale
        self.residual = residual
    }

    /// Whether the parts fit a product of `shape`.
    func fits(_ shape: [Int]) -> Bool {
        let output = shape[shape.count - 1]
        return bias.map { $0.count == output } ?? true && scale.map { $0.count == output } ?? true
            && residual.map { $0.count == shape.reduce(1, *) } ?? true
    }

    /// Points into the tensors, which the caller keeps alive.
    var code: tessera_epilogue {
        func start(_ tensor: Tensor?) -> UnsafePointer<Float>? { tensor?.withValues { $0.baseAddress } }
        return tessera_epilogue(
            bias: start(bias), activation: activation.code, scale: start(scale), residual: start(residual))
    }
}
