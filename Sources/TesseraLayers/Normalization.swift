public import TesseraTensor

/// Normalisation of each token over its hidden dimension.
public struct Normalization: Layer {
    /// What is taken from a token, and what it is divided by.
    public enum Kind: Sendable {
        /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` (Ba et al., 2016).
        case layerNorm
        /// `x / sqrt(mean of squares + epsilon) * weight` (Zhang & Sennrich, 2019).
        case rootMeanSquare
        /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` with the mean and variance of each column that a training
        /// found (Ioffe & Szegedy, 2015): they stay as they are.
        case batchNorm
    }

    /// Which of the normalisations it is.
    public let kind: Kind
    /// What is added to the variance, so that a token that does not vary is not divided by zero.
    public let epsilon: Float
    /// `[hidden]`
    public var weight: Tensor
    /// `[hidden]`
    public var bias: Tensor?
    /// Of batch normalisation.
    public var statistics: ColumnStatistics?

    /// - Parameters:
    ///   - kind: which of the normalisations it is.
    ///   - weight: `[hidden]`
    ///   - bias: `[hidden]`; nil where there is none.
    ///   - statistics: of batch normalisation, and of no other.
    ///   - epsilon: what is added to the variance.
    public init(
        _ kind: Kind, weight: Tensor, bias: Tensor?, statistics: ColumnStatistics? = nil, epsilon: Float
    ) {
        precondition((kind == .batchNorm) == (statistics != nil), "batch normalisation alone has statistics")
        self.kind = kind
        self.weight = weight
        self.bias = bias
        self.statistics = statistics
        self.epsilon = epsilon
    }

    /// A layer of this size whose parameters are not there yet: see `Trainable`.
    ///
    /// - Parameters:
    ///   - size: hidden, 1 or more.
    ///   - epsilon: added to the variance, so that a token whose numbers are all alike is not divided by 0.
    public init(_ kind: Kind, size: Int, epsilon: Float = 1e-5) {
        precondition(size > 0, "a token of \(size) numbers cannot be normalised")
        self.init(
            kind, weight: Tensor(unloaded: [size]), bias: kind == .rootMeanSquare ? nil : Tensor(unloaded: [size]),
            statistics: kind == .batchNorm ? ColumnStatistics(size: size) : nil, epsilon: epsilon)
    }

    /// - Parameter x: `[…, hidden]`
    /// - Returns: `[…, hidden]`
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch kind {
        case .layerNorm: x.layerNormalized(weight: weight, bias: bias, epsilon: epsilon)
        case .rootMeanSquare: x.rootMeanSquareNormalized(weight: weight, epsilon: epsilon)
        case .batchNorm: fixedStatistics.normalized(x, weight: weight, bias: bias, epsilon: epsilon)
        }
    }

    /// - Parameters:
    ///   - outputGradient: dy, `[…, hidden]`
    ///   - input: the forward pass's x, `[…, hidden]`
    ///   - other: added to dx, where x went elsewhere too, `[…, hidden]`
    /// - Returns: dx, `[…, hidden]`
    public func backward(
        _ outputGradient: Tensor, input: Tensor, into gradient: inout Normalization, addingTo other: Tensor? = nil
    ) -> Tensor {
        switch kind {
        case .layerNorm:
            input.layerNormalizedBackward(
                outputGradient, weight: weight, epsilon: epsilon, weightGradient: &gradient.weight,
                biasGradient: &gradient.bias, addingTo: other)
        case .rootMeanSquare:
            input.rootMeanSquareNormalizedBackward(
                outputGradient, weight: weight, epsilon: epsilon, weightGradient: &gradient.weight, addingTo: other)
        case .batchNorm:
            fixedStatistics.normalizedBackward(
                outputGradient, input: input, weight: weight, epsilon: epsilon, weightGradient: &gradient.weight,
                biasGradient: &gradient.bias, addingTo: other)
        }
    }

    private var fixedStatistics: ColumnStatistics {
        guard let statistics else { preconditionFailure("batch normalisation has statistics") }
        return statistics
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("weight", &weight, as: .norm)
        try visitor.visit("bias", &bias, as: .shift)
        try visitor.visit("statistics", &statistics)
    }
}
