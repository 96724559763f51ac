public import TesseraTensor

/// The matrix of a linear layer, `[output, input]`: dense where it is trained, packed where it only runs.
public enum Weight: Sendable {
    /// `[output, input]`
    case dense(Tensor)
    case packed(PackedMatrix)

    /// `[output, input]`
    public var shape: [Int] {
        switch self {
        case .dense(let tensor): tensor.shape
        case .packed(let matrix): [matrix.output, matrix.input]
        }
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
        packed.multiply(x, Epilogue(bias: bias, activation: activation, scale: scale, residual: residual))
    }

    /// Several maps of the same `x`, computed together: faster than one after the other.
    ///
    /// - Parameter x: `[…, input]`
    /// - Returns: `[…, output]` for each layer.
    public static func map(_ x: Tensor, by layers: [Linear]) -> [Tensor] {
        PackedMatrix.multiply(x, layers.map { ($0.packed, Epilogue(bias: $0.bias)) })
    }

    /// The weight, packed for this call where it is dense.
    private var packed: PackedMatrix {
        switch weight {
        case .packed(let matrix): matrix
        case .dense(let tensor): PackedMatrix(tensor, precision: .float32)
        }
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("weight", &weight)
        try visitor.visit("bias", &bias)
    }
}
