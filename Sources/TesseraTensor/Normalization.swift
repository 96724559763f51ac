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

    /// The gradient of `layerNormalized`, whose input was `self`. With `n = (x - mean) / sqrt(variance + epsilon)`:
    ///
    ///     dn = dy ∘ weight
    ///     dx = (dn - mean(dn) - n mean(dn ∘ n)) / sqrt(variance + epsilon)
    ///     dweight += Σ dy ∘ n,   dbias += Σ dy   over the rows
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, hidden]`
    ///   - weight: `[hidden]`
    ///   - weightGradient: added to, `[hidden]`
    ///   - biasGradient: added to, `[hidden]`
    /// - Returns: dx, `[…, hidden]`
    public func layerNormalizedBackward(
        _ outputGradient: Tensor, weight: Tensor, epsilon: Float, weightGradient: inout Tensor,
        biasGradient: inout Tensor?
    ) -> Tensor {
        biasGradient?.addSumOfRows(of: outputGradient)
        return normalizedBackward(outputGradient, weight, epsilon, &weightGradient, centred: true)
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
    ///   - weightGradient: added to, `[hidden]`
    /// - Returns: dx, `[…, hidden]`
    public func rootMeanSquareNormalizedBackward(
        _ outputGradient: Tensor, weight: Tensor, epsilon: Float, weightGradient: inout Tensor
    ) -> Tensor {
        normalizedBackward(outputGradient, weight, epsilon, &weightGradient, centred: false)
    }

    private func normalizedBackward(
        _ outputGradient: Tensor, _ weight: Tensor, _ epsilon: Float, _ weightGradient: inout Tensor, centred: Bool
    ) -> Tensor {
        let columns = weight.count
        precondition(shape.last == columns && outputGradient.shape == shape, "gradient and input do not fit")
        var result = Tensor(uninitialized: shape)
        let size = Float(columns)
        withValues { input in
            outputGradient.withValues { gradient in
                weight.withValues { weight in
                    result.withMutableValues { result in
                        weightGradient.withMutableValues { weightGradient in
                            for start in stride(from: 0, to: input.count, by: columns) {
                                let row = input[start..<start + columns]
                                let mean = centred ? row.reduce(0, +) / size : 0
                                let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size
                                let factor = 1 / (variance + epsilon).squareRoot()
                                var (sum, product) = (Float(0), Float(0))
                                for column in 0..<columns {
                                    let normal = (input[start + column] - mean) * factor
                                    let change = gradient[start + column] * weight[column]
                                    sum += change
                                    product += change * normal
                                    weightGradient[column] += gradient[start + column] * normal
                                }
                                for column in 0..<columns {
                                    let normal = (input[start + column] - mean) * factor
                                    let change = gradient[start + column] * weight[column]
                                    result[start + column] =
                                        (change - (centred ? sum / size : 0) - normal * product / size) * factor
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
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
