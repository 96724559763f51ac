/// Rows that overlap in memory: row i is the `size` numbers from i · stride on. The frames that a convolution along time reads lie
/// so where the channels of a frame lie side by side, and need not be copied to be multiplied.
package struct RowWindows: Sendable {
    /// How many there are.
    package var count: Int
    /// Numbers of a row.
    package var size: Int
    /// Numbers from the beginning of a row to that of the next.
    package var stride: Int

    /// - Parameters:
    ///   - count: how many there are.
    ///   - size: numbers of a row.
    ///   - stride: numbers from the beginning of a row to that of the next.
    package init(count: Int, size: Int, stride: Int) { (self.count, self.size, self.stride) = (count, size, stride) }

    /// Whether they all lie within so many numbers.
    func fit(_ count: Int) -> Bool { self.count == 0 || (self.count - 1) * stride + size <= count }
}

extension Tensor {
    /// The windows as rows of their own, `[count, size]`.
    func gathering(_ windows: RowWindows) -> Tensor {
        var result = Tensor(uninitialized: [windows.count, windows.size])
        withValues { source in
            result.withMutableValues { target in
                for row in 0..<windows.count {
                    (target.baseAddress! + row * windows.size)
                        .update(from: source.baseAddress! + row * windows.stride, count: windows.size)
                }
            }
        }
        return result
    }
}

extension PackedMatrix {
    /// `x Wᵀ` for windows of x, then the epilogue: the package's own loops read the windows where they lie.
    ///
    /// - Parameters:
    ///   - x: of any shape; its elements in their order.
    ///   - windows: as long as the matrix has inputs.
    /// - Returns: `[windows, output]`
    package func multiply(_ windows: RowWindows, of x: Tensor, _ epilogue: Epilogue = Epilogue()) -> Tensor {
        precondition(windows.size == input && windows.fit(x.count), "\(windows) of \(x.shape) for \(input) inputs")
        guard let panels else { return multiply(x.gathering(windows), epilogue) }
        precondition(epilogue.fits([windows.count, output]), "bias, scale or residual do not fit")
        var result = Tensor(uninitialized: [windows.count, output])
        guard result.count > 0 else { return result }
        let target = result.withMutableValues { $0.baseAddress! }
        MatrixPanels.multiply(x, in: windows, [.init(panels: panels, epilogue: epilogue, y: target)])
        withExtendedLifetime(result) {}
        return result
    }
}
