internal import CTesseraVector

extension Tensor {
    /// A convolution of maps `[batch, rows, columns, channels]` that keeps channels apart: each becomes the sum over 3 × 3 cells of its
    /// own. Beyond the edges, cells are zero.
    ///
    /// - Parameters:
    ///   - weight: `[3 * 3, channels]`
    ///   - bias: `[channels]`
    ///   - activation: applied to the result.
    /// - Returns: of the same shape.
    package func convolvedByChannel(_ weight: Tensor, bias: Tensor, activation: Activation = .identity) -> Tensor {
        let (rows, columns, channels) = (shape[1], shape[2], shape[3])
        precondition(weight.shape == [9, channels] && bias.count == channels, "\(weight.shape) for \(shape)")
        var result = Tensor(uninitialized: shape)
        guard count > 0 else { return result }
        let width = columns * channels
        withValues { x in
            result.withMutableValues { y in
                let (x, y) = (x.baseAddress!, y.baseAddress!)
                let (weight, bias) = (weight.withValues { $0.baseAddress! }, bias.withValues { $0.baseAddress! })
                Threads.forEachRange(of: shape[0] * rows, grain: max(1, elementwiseGrain / width)) { range in
                    for line in range {
                        let row = line % rows
                        let above = row > 0 ? x + (line - 1) * width : nil
                        let below = row + 1 < rows ? x + (line + 1) * width : nil
                        kernels.pointee.convolve_row(
                            [above, x + line * width, below], Int64(columns), Int64(channels), weight, bias,
                            activation.code,
                            y + line * width)
                    }
                }
            }
        }
        withExtendedLifetime((weight, bias)) {}
        return result
    }
}
