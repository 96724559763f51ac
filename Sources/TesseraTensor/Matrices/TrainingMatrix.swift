/// A weight `[output, input]` as the products of a training step read it, forward and backward.
public struct TrainingMatrix: Sendable {
    /// In which numbers products are taken.
    public let precision: Precision
    /// Columns of the weight: what goes in.
    public let input: Int
    /// Rows of the weight: what comes out.
    public let output: Int

    private enum Storage: Sendable {
        /// W and Wᵀ
        case dense(Tensor, transposed: Tensor)
        case packed(PackedMatrix, transposed: PackedMatrix)
    }

    private let storage: Storage

    /// - Parameter weight: `[output, input]`
    public init(_ weight: Tensor, precision: Precision) {
        self.precision = precision
        (output, input) = (weight.shape[0], weight.shape[1])
        storage =
            MatrixPlan.multipliesDense(precision, input: input, output: output)
            ? .dense(weight, transposed: weight.transposed())
            : .packed(
                PackedMatrix(weight, precision: precision),
                transposed: PackedMatrix(transposing: weight, precision: precision))
    }

    /// `residual + x Wᵀ + bias`
    ///
    /// - Parameters:
    ///   - x: `[…, input]`
    ///   - bias: `[output]`
    ///   - residual: `[…, output]`
    /// - Returns: `[…, output]`
    public func multiply(_ x: Tensor, bias: Tensor?, residual: Tensor? = nil) -> Tensor {
        switch storage {
        case .packed(let matrix, _): return matrix.multiply(x, Epilogue(bias: bias, residual: residual))
        case .dense(_, let transposed):
            var y = residual ?? Tensor(uninitialized: Array(x.shape.dropLast()) + [output])
            y.add(x, times: transposed, keepingSums: residual != nil)
            if let bias { y.addToEachRow(bias) }
            return y
        }
    }

    /// `other + y W`
    ///
    /// - Parameters:
    ///   - y: `[…, output]`
    ///   - other: `[…, input]`
    /// - Returns: `[…, input]`
    public func multiplyTransposed(_ y: Tensor, addingTo other: consuming Tensor? = nil) -> Tensor {
        switch storage {
        case .packed(_, let transposed): return transposed.multiply(y, Epilogue(residual: other))
        case .dense(let weight, _):
            let keepsSums = other != nil
            var x = other.take() ?? Tensor(uninitialized: Array(y.shape.dropLast()) + [input])
            x.add(y, times: weight, keepingSums: keepsSums)
            return x
        }
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
        if MatrixPlan.multipliesDense(numbers, input: inputs, output: outputs) {
            return addDense(transposing: outputGradient, with: input)
        }
        let x = MatrixPanels(transposing: input.reshaped([rows, inputs]), numbers)
        let dy = PreparedRows(transposing: outputGradient, precision: numbers)
        withMutableValues { sums in
            MatrixPanels.multiply(dy, [MatrixPanels.Product(panels: x, y: sums.baseAddress!, addsToResult: true)])
        }
    }
}
