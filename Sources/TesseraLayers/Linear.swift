public import TesseraTensor

/// The matrix of a linear layer, `[output, input]`: dense where it is changed, packed where it only runs.
public enum Weight: Sendable {
    /// `[output, input]`
    case dense(Tensor)
    case packed(PackedMatrix)
    /// What the many small batches of one training step share.
    case training(TrainingMatrix)

    /// `[output, input]`
    public var shape: [Int] {
        switch self {
        case .dense(let tensor): tensor.shape
        case .packed(let matrix): [matrix.output, matrix.input]
        case .training(let matrix): [matrix.output, matrix.input]
        }
    }

    /// In which a packed matrix is held; float32 where it is none.
    var packedPrecision: Precision { if case .packed(let matrix) = self { matrix.precision } else { .float32 } }

    /// The matrix for a backward pass, made for this call where it is dense.
    fileprivate var trainingMatrix: TrainingMatrix {
        switch self {
        case .training(let matrix): matrix
        case .dense(let tensor): TrainingMatrix(tensor, precision: .float32)
        case .packed: preconditionFailure("a matrix that is packed for inference cannot be trained")
        }
    }

    /// Calls `body` with the dense matrix, to be changed in place.
    package mutating func withDense(_ body: (inout Tensor) -> Void) {
        guard case .dense(var tensor) = self else { preconditionFailure("only a dense matrix can be changed") }
        self = .dense(Tensor(unloaded: tensor.shape))  // so that `tensor` has one owner, and is not copied
        body(&tensor)
        self = .dense(tensor)
    }
}

/// A linear map of the last dimension, `x Wᵀ + b`.
///
/// ```swift
/// let layer = Linear(weight: Tensor(shape: [2, 3], [1, 0, 0, 0, 1, 0]), bias: Tensor(shape: [2], [10, 20]))
/// layer(Tensor(shape: [1, 3], [1, 2, 3])).values   // [11, 22]
/// ```
public struct Linear: Layer {
    /// `[output, input]`
    public var weight: Weight
    /// `[output]`
    public var bias: Tensor?

    public init(weight: Tensor, bias: Tensor?) {
        self.weight = .dense(weight)
        self.bias = bias
    }

    /// A layer whose parameters a checkpoint will fill.
    package init(unloadedInput input: Int, output: Int, bias: Bool = true) {
        weight = .dense(Tensor(unloaded: [output, input]))
        self.bias = bias ? Tensor(unloaded: [output]) : nil
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
        let epilogue = Epilogue(bias: bias, activation: activation, scale: scale, residual: residual)
        switch weight {
        case .packed(let matrix): return matrix.multiply(x, epilogue)
        case .dense(let tensor): return PackedMatrix(tensor, precision: .float32).multiply(x, epilogue)
        case .training(let matrix):
            precondition(activation == .identity && scale == nil, "a training keeps what these are applied to")
            return matrix.multiply(x, bias: bias, residual: residual)
        }
    }

    /// Several maps of the same `x`, computed together: faster than one after the other.
    ///
    /// - Parameter x: `[…, input]`
    /// - Returns: `[…, output]` for each layer.
    public static func map(_ x: Tensor, by layers: [Linear]) -> [Tensor] {
        let matrices = layers.compactMap { if case .packed(let matrix) = $0.weight { matrix } else { nil } }
        guard matrices.count == layers.count else { return layers.map { $0(x) } }
        return PackedMatrix.multiply(x, zip(matrices, layers).map { ($0, Epilogue(bias: $1.bias)) })
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
        accumulate(outputGradient, input: input, into: &gradient)
        return weight.trainingMatrix.multiplyTransposed(outputGradient, addingTo: other)
    }

    /// The same without dx, for a layer whose input is not trained.
    public func accumulate(_ outputGradient: Tensor, input: Tensor, into gradient: inout Linear) {
        let precision = if case .training(let matrix) = weight { matrix.precision } else { Precision.float32 }
        gradient.weight.withDense { $0.addProduct(transposing: outputGradient, with: input, precision: precision) }
        gradient.bias?.addSumOfRows(of: outputGradient)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("weight", &weight)
        try visitor.visit("bias", &bias, as: .bias)
    }
}
