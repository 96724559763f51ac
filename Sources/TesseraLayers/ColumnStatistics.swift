public import TesseraTensor

/// The mean and variance of each column over all tokens of a training: what batch normalisation normalises by (Ioffe & Szegedy,
/// 2015). Fixed, they make of it a map of each column for itself, in training too.
public struct ColumnStatistics: Layer {
    /// `[hidden]`
    public var mean: Tensor
    /// `[hidden]`
    public var variance: Tensor

    /// - Parameters:
    ///   - mean: `[hidden]`
    ///   - variance: `[hidden]`
    public init(mean: Tensor, variance: Tensor) { (self.mean, self.variance) = (mean, variance) }

    /// Statistics that a checkpoint will fill.
    init(size: Int) {
        self.init(mean: Tensor(unloaded: [size]), variance: Tensor(unloaded: [size]))
    }

    /// Those of the rows of `x` `[…, hidden]`.
    package init(of x: Tensor) {
        let columns = x.shape[x.rank - 1]
        let count = Double(max(1, x.count / max(1, columns)))
        var (sums, squares) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
        x.withValues { values in
            for (index, value) in values.enumerated() { sums[index % columns] += Double(value) }
            for (index, value) in values.enumerated() {
                let difference = Double(value) - sums[index % columns] / count
                squares[index % columns] += difference * difference
            }
        }
        self.init(
            mean: Tensor(shape: [columns], sums.map { Float($0 / count) }),
            variance: Tensor(shape: [columns], squares.map { Float($0 / count) }))
    }

    /// `(x - mean) / sqrt(variance + epsilon) * weight + bias`
    ///
    /// - Parameter x: `[…, hidden]`
    /// - Returns: `[…, hidden]`
    func normalized(_ x: Tensor, weight: Tensor, bias: Tensor?, epsilon: Float) -> Tensor {
        var scale = inverseDeviation(epsilon)
        scale *= weight
        // (x - mean) · scale + bias as x · scale + shift
        var shift = mean
        shift *= scale
        shift *= -1
        if let bias { shift += bias }
        var y = x
        y.scaleColumns(by: scale)
        y.addToEachRow(shift)
        return y
    }

    /// With `n = (x - mean) / sqrt(variance + epsilon)`:
    ///
    ///     dx = dy ∘ weight / sqrt(variance + epsilon)
    ///     dweight += Σ dy ∘ n,   dbias += Σ dy   over the rows
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, hidden]`
    ///   - input: the forward pass's x, `[…, hidden]`
    ///   - other: added to dx, where x went elsewhere too, `[…, hidden]`
    /// - Returns: dx, `[…, hidden]`
    func normalizedBackward(
        _ outputGradient: Tensor, input: Tensor, weight: Tensor, epsilon: Float, weightGradient: inout Tensor,
        biasGradient: inout Tensor?, addingTo other: Tensor?
    ) -> Tensor {
        weightGradient.ifWanted { gradient in
            let one = Tensor(shape: weight.shape, repeating: 1)
            var product = normalized(input, weight: one, bias: nil, epsilon: epsilon)
            product *= outputGradient
            gradient.addSumOfRows(of: product)
        }
        biasGradient?.ifWanted { $0.addSumOfRows(of: outputGradient) }
        var scale = inverseDeviation(epsilon)
        scale *= weight
        var x = outputGradient
        x.scaleColumns(by: scale)
        if let other { x += other }
        return x
    }

    /// `1 / sqrt(variance + epsilon)`, `[hidden]`
    private func inverseDeviation(_ epsilon: Float) -> Tensor {
        Tensor(shape: variance.shape, variance.values.map { 1 / ($0 + epsilon).squareRoot() })
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("mean", &mean, as: .constant)
        try visitor.visit("variance", &variance, as: .constant)
    }
}
