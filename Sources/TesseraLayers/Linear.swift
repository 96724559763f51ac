public import TesseraTensor

/// The matrix of a linear layer, `[output, input]`: dense where it is changed, packed where it only runs.
public enum Weight: Sendable {
    /// `[output, input]`
    case dense(Tensor)
    case packed(PackedMatrix)
    /// W for the forward pass and Wᵀ for the backward pass: what the many small batches of one training step share.
    case packedForTraining(PackedMatrix, transposed: PackedMatrix)

    /// `[output, input]`
    public var shape: [Int] {
        switch self {
        case .dense(let tensor): tensor.shape
        case .packed(let matrix), .packedForTraining(let matrix, _): [matrix.output, matrix.input]
        }
    }

    /// W, packed for this call where it is dense.
    fileprivate var packed: PackedMatrix {
        switch self {
        case .packed(let matrix), .packedForTraining(let matrix, _): matrix
        case .dense(let tensor): PackedMatrix(tensor, precision: .float32)
        }
    }

    /// Wᵀ, packed for this call where it is dense.
    fileprivate var packedTransposed: PackedMatrix {
        switch self {
        case .packedForTraining(_, let transposed): transposed
        case .dense(let tensor): PackedMatrix(transposing: tensor, precision: .float32)
        case .packed: preconditionFailure("a matrix that is packed for inference cannot be trained")
        }
    }

    /// In which the products of training are computed.
    fileprivate var trainingPrecision: Precision {
        if case .packedForTraining(let matrix, _) = self { matrix.precision } else { .float32 }
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
        weight.packed.multiply(x, Epilogue(bias: bias, activation: activation, scale: scale, residual: residual))
    }

    /// Several maps of the same `x`, computed together: faster than one after the other.
    ///
    /// - Parameter x: `[…, input]`
    /// - Returns: `[…, output]` for each layer.
    public static func map(_ x: Tensor, by layers: [Linear]) -> [Tensor] {
        PackedMatrix.multiply(x, layers.map { ($0.weight.packed, Epilogue(bias: $0.bias)) })
    }

    /// y = x Wᵀ + b, so dx = dy W, dW += dyᵀ x, db += Σ dy over the rows.
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, output]`
    ///   - input: the forward pass's x, `[…, input]`
    ///   - other: added to dx, where x went elsewhere too, `[…, input]`
    /// - Returns: dx, `[…, input]`
    public func backward(
        _ outputGradient: Tensor, input: Tensor, into gradient: inout Linear, addingTo other: Tensor? = nil
    ) -> Tensor {
        accumulate(outputGradient, input: input, into: &gradient)
        return weight.packedTransposed.multiply(outputGradient, Epilogue(residual: other))
    }

    /// The same without dx, for a layer whose input is not trained.
    public func accumulate(_ outputGradient: Tensor, input: Tensor, into gradient: inout Linear) {
        gradient.weight.withDense {
            $0.addProduct(transposing: outputGradient, with: input, precision: weight.trainingPrecision)
        }
        gradient.bias?.addSumOfRows(of: outputGradient)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("weight", &weight)
        try visitor.visit("bias", &bias)
    }
}
