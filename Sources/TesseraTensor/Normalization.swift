internal import CTesseraVector

extension Tensor {
    /// Layer normalisation over the last dimension (Ba et al., 2016): `(x - mean) / sqrt(variance + epsilon) * weight + bias`.
    ///
    /// - Parameters:
    ///   - weight: `[hidden]`
    ///   - bias: `[hidden]`
    /// - Returns: `[…, hidden]`
    public func layerNormalized(weight: Tensor, bias: Tensor?, epsilon: Float) -> Tensor {
        mapRows(as: weight.count) { x, rows, y in
            weight.withValues { weight in
                func run(_ bias: UnsafePointer<Float>?) {
                    kernels.pointee.layer_norm(x, rows, Int64(weight.count), weight.baseAddress!, bias, epsilon, y)
                }
                if let bias { bias.withValues { run($0.baseAddress!) } } else { run(nil) }
            }
        }
    }

    /// Root-mean-square normalisation over the last dimension (Zhang & Sennrich, 2019).
    ///
    /// - Parameter weight: `[hidden]`
    /// - Returns: `[…, hidden]`
    public func rootMeanSquareNormalized(weight: Tensor, epsilon: Float) -> Tensor {
        mapRows(as: weight.count) { x, rows, y in
            weight.withValues {
                kernels.pointee.rms_norm(x, rows, Int64($0.count), $0.baseAddress!, epsilon, y)
            }
        }
    }

    /// Softmax over the last dimension. A row of nothing but -infinity becomes zeros.
    public func softmax() -> Tensor {
        guard let columns = shape.last, columns > 0 else { return self }
        var y = self
        let rows = count / columns
        y.withMutableValues { y in
            Threads.forEachRange(of: rows, grain: max(1, elementwiseGrain / columns)) { range in
                kernels.pointee.softmax(y.baseAddress! + range.lowerBound * columns, Int64(range.count), Int64(columns))
            }
        }
        return y
    }

    private func mapRows(
        as columns: Int, _ body: (UnsafePointer<Float>, Int64, UnsafeMutablePointer<Float>) -> Void
    ) -> Tensor {
        precondition(shape.last == columns && columns > 0, "\(shape) does not end in \(columns) columns")
        var y = Tensor(uninitialized: shape)
        withValues { x in
            y.withMutableValues { y in
                Threads.forEachRange(of: count / columns, grain: max(1, elementwiseGrain / columns)) { range in
                    let start = range.lowerBound * columns
                    body(x.baseAddress! + start, Int64(range.count), y.baseAddress! + start)
                }
            }
        }
        return y
    }
}
