internal import CTesseraOneDNN

/// A weight `[output, input]` as the products of a training step read it, forward and backward.
///
/// In float32 nothing is packed: the step's other operands are new each time, and oneDNN packs both as it goes, faster than
/// our own loops do. In bfloat16 the weight is packed both ways.
public struct TrainingMatrix: Sendable {
    public let precision: Precision
    public let input, output: Int

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
            precision == .float32
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
    /// Neither factor is a weight that many rows share, so that holding one in fewer bits saves nothing: it is computed in
    /// float32, except where the processor has instructions for products in `precision`.
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, output]`
    ///   - input: x, `[…, input]`, of as many rows
    ///   - precision: in which the layer's products are computed
    package mutating func addProduct(transposing outputGradient: Tensor, with input: Tensor, precision: Precision) {
        let (outputs, inputs) = (shape[0], shape[1])
        let rows = input.count / max(1, inputs)
        precondition(
            outputGradient.shape.last == outputs && input.shape.last == inputs
                && outputGradient.count == rows * outputs,
            "\(outputGradient.shape) and \(input.shape) do not give a gradient of \(shape)")
        if precision != .float32, OneDNNMatrix.isPreferred(precision) {
            let packed = PackedMatrix(transposing: input.reshaped([rows, inputs]), precision: precision)
            self = packed.multiply(outputGradient.transposed(), Epilogue(residual: self))
            return
        }
        guard count > 0, rows > 0 else { return }
        outputGradient.withValues { dy in
            input.withValues { x in
                withMutableValues { sums in
                    forEachPart(of: outputs, multiplications: rows * outputs * inputs) { range in
                        multiply(
                            transposing: true, range.count, inputs, rows, dy.baseAddress! + range.lowerBound, outputs,
                            x.baseAddress!, inputs, keepingSums: true, sums.baseAddress! + range.lowerBound * inputs)
                    }
                }
            }
        }
    }

    /// `self = a b`, or `self += a b`, with a `[rows, k]`, b `[k, columns]` and `self` `[rows, columns]`; the leading
    /// dimensions of a and `self` count as rows.
    fileprivate mutating func add(_ a: Tensor, times b: Tensor, keepingSums: Bool) {
        let (inner, columns) = (b.shape[0], b.shape[1])
        let rows = count / max(1, columns)
        precondition(a.shape.last == inner && a.count == rows * inner, "\(a.shape) and \(b.shape) do not fit \(shape)")
        guard count > 0 else { return }
        a.withValues { a in
            b.withValues { b in
                withMutableValues { sums in
                    forEachPart(of: rows, multiplications: rows * inner * columns) { range in
                        multiply(
                            transposing: false, range.count, columns, inner, a.baseAddress! + range.lowerBound * inner,
                            inner, b.baseAddress!, columns, keepingSums: keepingSums,
                            sums.baseAddress! + range.lowerBound * columns)
                    }
                }
            }
        }
    }
}

/// Shares the rows of a product among threads; oneDNN has one thread inside a call.
private func forEachPart(of rows: Int, multiplications: Int, _ body: (Range<Int>) -> Void) {
    let parts = max(1, min(Threads.count, rows / 16, multiplications >> 18))
    Threads.forEach(parts) { part in body(rows * part / parts..<rows * (part + 1) / parts) }
}

/// c `[m, n]` = or += a `[m, k]` (or its transpose, `[k, m]`) · b `[k, n]`.
private func multiply(
    transposing: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ aStride: Int,
    _ b: UnsafePointer<Float>, _ bStride: Int, keepingSums: Bool, _ c: UnsafeMutablePointer<Float>
) {
    let status = tessera_onednn_sgemm(
        transposing, Int64(m), Int64(n), Int64(k), a, Int64(aStride), b, Int64(bStride), keepingSums ? 1 : 0, c,
        Int64(n))
    // The sizes were checked, and a process does not survive running out of memory.
    precondition(status == TESSERA_ONEDNN_SUCCESS, "oneDNN failed with status \(status.rawValue)")
}
