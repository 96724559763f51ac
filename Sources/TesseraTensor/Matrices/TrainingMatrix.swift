/// A weight `[output, input]` as the products of a training step read it, forward and backward.
public struct TrainingMatrix: Sendable {
    /// In which numbers products are taken.
    public let precision: Precision
    /// Columns of the weight: what goes in.
    public var input: Int { matrix.input }
    /// Rows of the weight: what comes out.
    public var output: Int { matrix.output }

    private let matrix, transposed: PackedMatrix

    /// - Parameter weight: `[output, input]`
    public init(_ weight: Tensor, precision: Precision) {
        self.precision = precision
        matrix = PackedMatrix(weight, precision: precision)
        transposed = PackedMatrix(transposing: weight, precision: precision)
    }

    /// `residual + x Wᵀ + bias`
    ///
    /// - Parameters:
    ///   - x: `[…, input]`
    ///   - bias: `[output]`
    ///   - residual: `[…, output]`
    /// - Returns: `[…, output]`
    public func multiply(_ x: Tensor, bias: Tensor?, residual: Tensor? = nil) -> Tensor {
        matrix.multiply(x, Epilogue(bias: bias, residual: residual))
    }

    /// `other + y W`
    ///
    /// - Parameters:
    ///   - y: `[…, output]`
    ///   - other: `[…, input]`
    /// - Returns: `[…, input]`
    public func multiplyTransposed(_ y: Tensor, addingTo other: consuming Tensor? = nil) -> Tensor {
        transposed.multiply(y, Epilogue(residual: other))
    }
}

extension Tensor {
    /// Adds `dyᵀ x` to `self` `[output, input]`: the gradient of a product's weight.
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, output]`
    ///   - input: x, `[…, input]`, of as many rows
    ///   - precision: in which the layer's products are computed; see `MatrixPlan.precisionOfChangingFactors`.
    package mutating func addProduct(transposing outputGradient: Tensor, with input: Tensor, precision: Precision) {
        let (outputs, inputs) = (shape[0], shape[1])
        let rows = input.count / max(1, inputs)
        precondition(
            outputGradient.shape.last == outputs && input.shape.last == inputs
                && outputGradient.count == rows * outputs,
            "\(outputGradient.shape) and \(input.shape) do not give a gradient of \(shape)")
        guard count > 0, rows > 0 else { return }
        let numbers = MatrixPlan.precisionOfChangingFactors(precision)
        let x = MatrixPanels(transposing: input.reshaped([rows, inputs]), numbers)
        let dy = PreparedRows(transposing: outputGradient, precision: numbers)
        withMutableValues { sums in
            MatrixPanels.multiply(dy, [MatrixPanels.Product(panels: x, y: sums.baseAddress!, addsToResult: true)])
        }
    }
}
