/// Rows of a product that lie within a tensor in their own way, and need not be copied side by side to be multiplied.
package protocol ProductRows: Sendable {
    /// How many there are.
    var count: Int { get }
    /// Numbers of a row.
    var size: Int { get }

    /// Whether they all lie within so many numbers.
    func fit(_ count: Int) -> Bool

    /// Copies a row.
    ///
    /// - Parameters:
    ///   - row: which of them.
    ///   - x: the numbers that they lie in.
    ///   - target: room for `size` numbers.
    func copy(_ row: Int, of x: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>)
}

/// Rows that overlap in memory: row i is the `size` numbers from i · stride on. The frames that a convolution along time reads lie
/// so where the channels of a frame lie side by side.
package struct RowWindows: ProductRows {
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

    package func fit(_ count: Int) -> Bool { self.count == 0 || (self.count - 1) * stride + size <= count }

    package func copy(_ row: Int, of x: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        target.update(from: x + row * stride, count: size)
    }
}

extension Tensor {
    /// Some of the rows by themselves, `[range, size]`.
    func gathering(_ rows: some ProductRows, _ range: Range<Int>) -> Tensor {
        var result = Tensor(uninitialized: [range.count, rows.size])
        withValues { source in
            result.withMutableValues { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                Threads.forEachRange(of: range.count, grain: max(1, elementwiseGrain / max(1, rows.size))) { part in
                    for row in part {
                        rows.copy(range.lowerBound + row, of: source, to: target + row * rows.size)
                    }
                }
            }
        }
        return result
    }
}

extension PackedMatrix {
    /// `x Wᵀ` for rows that lie within x, then the epilogue: the package's own loops read them where they lie.
    ///
    /// - Parameters:
    ///   - rows: as long as the matrix has inputs.
    ///   - x: of any shape; its elements in their order.
    /// - Returns: `[rows, output]`
    package func multiply(_ rows: some ProductRows, of x: Tensor, _ epilogue: Epilogue = Epilogue()) -> Tensor {
        precondition(rows.size == input && rows.fit(x.count), "\(rows) of \(x.shape) for \(input) inputs")
        precondition(epilogue.fits([rows.count, output]), "bias, addend, scale or residual do not fit")
        var result = Tensor(uninitialized: [rows.count, output])
        guard result.count > 0 else { return result }
        guard let panels else {
            multiplyGathered(rows, of: x, epilogue, into: &result)
            return result
        }
        let target = result.withMutableValues { $0.baseAddress! }
        MatrixPanels.multiply(x, in: rows, [.init(panels: panels, epilogue: epilogue, y: target)])
        withExtendedLifetime(result) {}
        return result
    }

    /// For libraries that read rows side by side: some at a time, so that the copies stay small.
    private func multiplyGathered(
        _ rows: some ProductRows, of x: Tensor, _ epilogue: Epilogue, into result: inout Tensor
    ) {
        let atOnce = max(1, PackedMatrix.gatheredAtOnce / rows.size)
        for first in stride(from: 0, to: rows.count, by: atOnce) {
            let range = first..<min(first + atOnce, rows.count)
            let part = multiply(x.gathering(rows, range), epilogue.rows(range, of: output))
            result.withMutableValues { target in
                part.withValues { _ = target[(first * output)...].update(fromContentsOf: $0) }
            }
        }
    }

    /// Numbers that are copied side by side at once.
    private static let gatheredAtOnce = 1 << 22
}
