package import TesseraTensor

/// Windows of series as PatchTST reads them: scaled, and cut into patches.
package struct ScaledPatches: Sendable {
    /// `[batch, patches, patch length]`
    package let values: Tensor
    package let scales: [ContextScaling.Scale]

    /// Cuts windows into patches. As the reference has it, a missing value is 0 in the series' unit and scaled as such, and does
    /// not count for the scale.
    ///
    /// - Parameter windows: NaN where a value is missing; each as long as the context.
    package init(_ windows: [ArraySlice<Double>], _ configuration: PatchTSTConfiguration) {
        let (count, length) = (configuration.patchCount, configuration.patchLength)
        let first = configuration.contextLength - (count - 1) * configuration.patchStride - length
        var values = Tensor(uninitialized: [windows.count, count, length])
        scales = windows.map { configuration.scaling.scale(of: $0) }
        let scales = scales
        values.withMutableValues { target in
            var next = target.startIndex
            for (window, scale) in zip(windows, scales) {
                precondition(window.count == configuration.contextLength, "a window is as long as the context")
                let scaled = window.map { scale.scaled($0.isNaN ? 0 : $0) }
                for patch in 0..<count {
                    let start = first + patch * configuration.patchStride
                    _ = target[next..<next + length].update(fromContentsOf: scaled[start..<start + length])
                    next += length
                }
            }
        }
        self.values = values
    }

    var count: Int { scales.count }

    /// Scaled values `[batch, n]` in the units of their windows, `[batch, n]`.
    func restored(_ scaled: Tensor) -> Tensor {
        changingRows(of: scaled) { Float($1.restored($0)) }
    }

    /// The gradient of `restored`, `[batch, n]`.
    func restoredBackward(_ outputGradient: Tensor) -> Tensor {
        changingRows(of: outputGradient) { Float(Double($0) * $1.scale) }
    }

    private func changingRows(of tensor: Tensor, _ body: (Float, ContextScaling.Scale) -> Float) -> Tensor {
        var result = tensor
        let columns = tensor.count / max(1, count)
        result.withMutableValues { values in
            for (row, scale) in scales.enumerated() {
                for index in row * columns..<(row + 1) * columns { values[index] = body(values[index], scale) }
            }
        }
        return result
    }
}
