internal import CTesseraVector

/// What a product does to each sum before it is stored: `residual + scale * activation(sum + bias + addend)`.
public struct Epilogue: Sendable {
    /// `[output]`
    public var bias: Tensor?
    /// Of the product's shape: what stands beside it within the activation, as the shortcut of a convolutional block does.
    public var addend: Tensor?
    /// What follows these sums.
    public var activation: Activation
    /// `[output]`
    public var scale: Tensor?
    /// Of the product's shape.
    public var residual: Tensor?

    /// Changes nothing if not said otherwise.
    ///
    /// - Parameters:
    ///   - bias: `[output]`
    ///   - addend: of the product's shape.
    ///   - activation: what follows these sums.
    ///   - scale: `[output]`
    ///   - residual: of the product's shape.
    public init(
        bias: Tensor? = nil, addend: Tensor? = nil, activation: Activation = .identity, scale: Tensor? = nil,
        residual: Tensor? = nil
    ) {
        self.bias = bias
        self.addend = addend
        self.activation = activation
        self.scale = scale
        self.residual = residual
    }

    /// Whether the parts fit a product of `shape`.
    func fits(_ shape: [Int]) -> Bool {
        let output = shape[shape.count - 1]
        let fit = { (tensor: Tensor?, count: Int) in tensor.map { $0.count == count } ?? true }
        let count = shape.reduce(1, *)
        return fit(bias, output) && fit(scale, output) && fit(addend, count) && fit(residual, count)
    }

    /// What it is for some of a product's rows.
    func rows(_ range: Range<Int>, of output: Int) -> Epilogue {
        var part = self
        for path in [\Epilogue.addend, \.residual] {
            if let whole = part[keyPath: path] {
                part[keyPath: path] = whole.reshaped([whole.count / output, output]).rows(range)
            }
        }
        return part
    }

    /// Points into the tensors, which the caller keeps alive.
    var code: tessera_epilogue {
        func start(_ tensor: Tensor?) -> UnsafePointer<Float>? { tensor?.withValues { $0.baseAddress } }
        return tessera_epilogue(
            bias: start(bias), addend: start(addend), activation: activation.code, scale: start(scale),
            residual: start(residual))
    }
}
