internal import CTesseraVector

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

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

    /// The gradient of `layerNormalized`, whose input was `self`. With `n = (x - mean) / sqrt(variance + epsilon)`:
    ///
    ///     dn = dy ∘ weight
    ///     dx = (dn - mean(dn) - n mean(dn ∘ n)) / sqrt(variance + epsilon)
    ///     dweight += Σ dy ∘ n,   dbias += Σ dy   over the rows
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, hidden]`
    ///   - weight: `[hidden]`
    ///   - weightGradient: added to where it has elements, `[hidden]`
    ///   - biasGradient: added to where it has elements, `[hidden]`
    ///   - other: added to dx, where x went elsewhere too, `[…, hidden]`
    /// - Returns: dx, `[…, hidden]`
    public func layerNormalizedBackward(
        _ outputGradient: Tensor, weight: Tensor, epsilon: Float, weightGradient: inout Tensor,
        biasGradient: inout Tensor?, addingTo other: Tensor? = nil
    ) -> Tensor {
        let columns = weight.count
        precondition(biasGradient.map { $0.count == columns } ?? true, "the bias's gradient has not \(columns) columns")
        let hasBias = biasGradient != nil
        // Both sums side by side: the weight's, then the bias's.
        var sums = Tensor(shape: [2 * columns], repeating: 0)
        let inputGradient = weight.withValues { weight in
            mapRowsBackward(outputGradient, columns, &sums, other) { x, dy, rows, other, dx, sums in
                kernels.pointee.layer_norm_backward(
                    x, dy, rows, Int64(columns), weight.baseAddress!, epsilon, other, dx, sums,
                    hasBias ? sums + columns : nil)
            }
        }
        if weightGradient.isLoaded { weightGradient += sums.rows(0..<columns) }
        if biasGradient?.isLoaded == true { biasGradient? += sums.rows(columns..<2 * columns) }
        return inputGradient
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

    /// The gradient of `rootMeanSquareNormalized`, whose input was `self`. With `n = x / sqrt(mean(x²) + epsilon)`:
    ///
    ///     dn = dy ∘ weight
    ///     dx = (dn - n mean(dn ∘ n)) / sqrt(mean(x²) + epsilon)
    ///     dweight += Σ dy ∘ n   over the rows
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, hidden]`
    ///   - weight: `[hidden]`
    ///   - weightGradient: added to where it has elements, `[hidden]`
    ///   - other: added to dx, where x went elsewhere too, `[…, hidden]`
    /// - Returns: dx, `[…, hidden]`
    public func rootMeanSquareNormalizedBackward(
        _ outputGradient: Tensor, weight: Tensor, epsilon: Float, weightGradient: inout Tensor,
        addingTo other: Tensor? = nil
    ) -> Tensor {
        let columns = weight.count
        var sums = weightGradient.isLoaded ? weightGradient : Tensor(shape: [columns], repeating: 0)
        let inputGradient = weight.withValues { weight in
            mapRowsBackward(outputGradient, columns, &sums, other) { x, dy, rows, other, dx, sums in
                kernels.pointee.rms_norm_backward(
                    x, dy, rows, Int64(columns), weight.baseAddress!, epsilon, other, dx, sums)
            }
        }
        if weightGradient.isLoaded { weightGradient = sums }
        return inputGradient
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

    /// The logarithm of the softmax over the last dimension. A row of nothing but -infinity becomes NaN.
    package consuming func logSoftmax() -> Tensor {
        guard let columns = shape.last, columns > 0 else { return self }
        let rows = count / columns
        withMutableValues { x in
            Threads.forEachRange(of: rows, grain: max(1, elementwiseGrain / columns)) { range in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { scratch in
                    for row in range {
                        subtractLogSum(
                            UnsafeMutableBufferPointer(rebasing: x[row * columns..<(row + 1) * columns]), scratch)
                    }
                }
            }
        }
        return self
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
    /// dx from the rows of x, of `outputGradient` and of `other`; what `body` adds up over the rows goes to `sums`.
    private func mapRowsBackward(
        _ outputGradient: Tensor, _ columns: Int, _ sums: inout Tensor, _ other: Tensor?,
        _ body: (
            UnsafePointer<Float>, UnsafePointer<Float>, Int64, UnsafePointer<Float>?, UnsafeMutablePointer<Float>,
            UnsafeMutablePointer<Float>
        ) -> Void
    ) -> Tensor {
        precondition(shape.last == columns && columns > 0, "\(shape) does not end in \(columns) columns")
        precondition(outputGradient.shape == shape, "\(outputGradient.shape) is no gradient of \(shape)")
        precondition(other.map { $0.shape == shape } ?? true, "what is added is not of the shape \(shape)")
        var inputGradient = Tensor(uninitialized: shape)
        let (rows, width) = (count / columns, sums.count)
        withValues { x in
            outputGradient.withValues { dy in
                withOptionalValues(other) { other in
                    inputGradient.withMutableValues { dx in
                        sums.withMutableValues { sums in
                            Threads.addSums(
                                of: rows, grain: max(1, elementwiseGrain / columns), width: width,
                                to: sums.baseAddress!
                            ) { range, sums in
                                let start = range.lowerBound * columns
                                body(
                                    x.baseAddress! + start, dy.baseAddress! + start, Int64(range.count),
                                    other.map { $0 + start }, dx.baseAddress! + start, sums)
                            }
                        }
                    }
                }
            }
        }
        return inputGradient
    }
}

/// log p = x - log Σ exp x of a row. The sum follows from the likeliest entry, whose probability is far from 0.
///
/// - Parameter scratch: as long as the row; it stays in a core's cache.
private func subtractLogSum(_ x: UnsafeMutableBufferPointer<Float>, _ scratch: UnsafeMutableBufferPointer<Float>) {
    _ = scratch.update(fromContentsOf: x)
    kernels.pointee.softmax(scratch.baseAddress!, 1, Int64(x.count))
    let likeliest = UnsafeBufferPointer(x).indexOfLargest
    let logSum = x[likeliest] - log(scratch[likeliest])
    for column in x.indices { x[column] -= logSum }
}

extension Tensor {
    /// Each row brought to a Euclidean length of 1; a row of zeros stays as it is. `[rows, columns]`
    public func unitRows() -> Tensor {
        let columns = shape[rank - 1]
        var result = self
        result.withMutableValues { values in
            for start in stride(from: 0, to: values.count, by: max(1, columns)) {
                let row = values[start..<start + columns]
                let length = row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
                guard length > 0 else { continue }
                for index in row.indices { values[index] = Float(Double(values[index]) / length) }
            }
        }
        return result
    }

    /// Of x, this tensor, the gradient of `unitRows`: with y = x / |x|, dx = (dy - y (y·dy)) / |x|. Of a row of zeros it is 0.
    ///
    /// - Parameter outputGradient: dy, `[rows, columns]`
    /// - Returns: dx, `[rows, columns]`
    package func unitRowsBackward(_ outputGradient: Tensor) -> Tensor {
        let columns = shape[rank - 1]
        precondition(outputGradient.shape == shape, "\(outputGradient.shape) does not fit \(shape)")
        var result = outputGradient
        withValues { x in
            result.withMutableValues { gradient in
                for start in stride(from: 0, to: x.count, by: max(1, columns)) {
                    let row = start..<start + columns
                    let squares = row.reduce(0) { $0 + Double(x[$1]) * Double(x[$1]) }
                    let product = row.reduce(0) { $0 + Double(x[$1]) * Double(gradient[$1]) }
                    let (length, share) = squares > 0 ? (squares.squareRoot(), product / squares) : (.infinity, 0)
                    for index in row {
                        gradient[index] = Float((Double(gradient[index]) - share * Double(x[index])) / length)
                    }
                }
            }
        }
        return result
    }
}
