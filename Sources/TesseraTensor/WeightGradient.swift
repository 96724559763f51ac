internal import CTesseraVector

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
        precondition(
            rank == 2 && outputGradient.shape.last == shape[0] && input.shape.last == shape[1]
                && outputGradient.count * shape[1] == input.count * shape[0],
            "\(outputGradient.shape) and \(input.shape) do not give a gradient of \(shape)")
        if precision != .float32, OneDNNMatrix.isPreferred(precision) {
            let packed = PackedMatrix(
                transposing: input.reshaped([input.count / shape[1], shape[1]]), precision: precision)
            self = packed.multiply(outputGradient.transposed(), Epilogue(residual: self))
        } else {
            addProduct(outputGradient, input)
        }
    }

    private mutating func addProduct(_ outputGradient: Tensor, _ input: Tensor) {
        let (outputs, inputs) = (shape[0], shape[1])
        guard count > 0, input.count > 0 else { return }
        let rows = input.count / inputs
        // Each part packs x for itself: no more parts than threads, and those worth it.
        let parts = max(1, min(Threads.count, outputs / 32, (rows * count) >> 20))
        let set = kernels.pointee
        outputGradient.withValues { dy in
            input.withValues { x in
                withMutableValues { gradient in
                    Threads.forEach(parts) { part in
                        let scratch = AlignedMemory(byteCount: set.weight_gradient_scratch_bytes(Int64(inputs)))
                        set.add_weight_gradient(
                            dy.baseAddress!, Int64(outputs), x.baseAddress!, Int64(inputs), Int64(rows),
                            Int64(outputs * part / parts), Int64(outputs * (part + 1) / parts), gradient.baseAddress!,
                            scratch.address)
                    }
                }
            }
        }
    }
}
