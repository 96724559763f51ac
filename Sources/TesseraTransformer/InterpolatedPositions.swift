public import TesseraTensor

/// How a learned table of positions on a grid is brought to another grid, as PyTorch's `interpolate(mode="bicubic",
/// align_corners=False)` does it: sample points lie at the centres of cells, and the edges repeat.
public enum PositionInterpolation: Sendable {
    /// From the four nearest cells, with a = -0.75: ViT, DeiT, DINOv2, YOLOS.
    case bicubic
    /// From all cells that a new one covers, with a = -0.5 (`antialias=True`): DINOv2 with registers.
    case antialiasedBicubic
}

/// A learned table of positions on a grid, brought to another grid.
///
/// - Parameter table: `[rows * columns, hidden]`
/// - Returns: `[newRows * newColumns, hidden]`
public func interpolatedPositions(
    _ table: Tensor, rows: Int, columns: Int, to newRows: Int, _ newColumns: Int,
    _ interpolation: PositionInterpolation = .bicubic
) -> Tensor {
    precondition(table.shape[0] == rows * columns, "\(table.shape) is no grid of \(rows) × \(columns)")
    let hidden = table.shape[1]
    // First along each row, then along the columns.
    let wide = table.mixing(
        (0..<newColumns).map { interpolation.taps($0, from: columns, to: newColumns) }, count: columns,
        outer: rows, inner: hidden)
    return wide.mixing(
        (0..<newRows).map { interpolation.taps($0, from: rows, to: newRows) }, count: rows,
        outer: 1, inner: newColumns * hidden
    ).reshaped([newRows * newColumns, hidden])
}

/// The gradient of the table that `interpolatedPositions` brought to another grid: each new cell's gradient goes to the cells
/// it was made of, with the same weights.
///
/// - Parameter outputGradient: `[newRows * newColumns, hidden]`
/// - Returns: `[rows * columns, hidden]`
package func interpolatedPositionsBackward(
    _ outputGradient: Tensor, rows: Int, columns: Int, from newRows: Int, _ newColumns: Int,
    _ interpolation: PositionInterpolation = .bicubic
) -> Tensor {
    let hidden = outputGradient.shape[1]
    let vertical = (0..<newRows).map { interpolation.taps($0, from: rows, to: newRows) }
    let horizontal = (0..<newColumns).map { interpolation.taps($0, from: columns, to: newColumns) }
    let wide = outputGradient.mixing(
        vertical.transposed(count: rows), count: newRows, outer: 1, inner: newColumns * hidden)
    return wide.mixing(horizontal.transposed(count: columns), count: newColumns, outer: rows, inner: hidden)
        .reshaped([rows * columns, hidden])
}

/// A cell that a new one is made of, and its share.
private struct Tap {
    let index: Int
    let weight: Float
}

extension PositionInterpolation {
    /// The cells that a new cell is made of.
    fileprivate func taps(_ index: Int, from size: Int, to newSize: Int) -> [Tap] {
        switch self {
        case .bicubic: bicubicTaps(index, from: size, to: newSize)
        case .antialiasedBicubic: antialiasedTaps(index, from: size, to: newSize)
        }
    }

    private func bicubicTaps(_ index: Int, from size: Int, to newSize: Int) -> [Tap] {
        let position = (Float(index) + 0.5) * Float(size) / Float(newSize) - 0.5
        let base = position.rounded(.down)
        return (-1...2).map { offset in
            Tap(
                index: min(max(Int(base) + offset, 0), size - 1),
                weight: bicubic(abs(position - base - Float(offset)), a: -0.75))
        }
    }

    private func antialiasedTaps(_ index: Int, from size: Int, to newSize: Int) -> [Tap] {
        let scale = Float(size) / Float(newSize)
        let width = max(1, scale)
        let centre = scale * (Float(index) + 0.5)
        let first = max(Int(centre - 2 * width + 0.5), 0)
        let end = min(Int(centre + 2 * width + 0.5), size)
        let weights = (first..<end).map { bicubic(abs((Float($0) - centre + 0.5) / width), a: -0.5) }
        let sum = weights.reduce(0, +)
        return zip(first..<end, weights).map { Tap(index: $0, weight: $1 / sum) }
    }

    /// Keys' cubic convolution kernel (1981), at a distance of 0 or more.
    private func bicubic(_ x: Float, a: Float) -> Float {
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    }
}

extension [[Tap]] {
    /// For each of `count` old cells the new ones that have a share in it.
    fileprivate func transposed(count: Int) -> [[Tap]] {
        var result = [[Tap]](repeating: [], count: count)
        for (new, taps) in enumerated() {
            for tap in taps { result[tap.index].append(Tap(index: new, weight: tap.weight)) }
        }
        return result
    }
}

extension Tensor {
    /// Mixes the middle dimension of a tensor `[outer, count, inner]`.
    ///
    /// - Parameter taps: what each new item is made of.
    /// - Returns: `[outer, taps, inner]`
    fileprivate func mixing(_ taps: [[Tap]], count: Int, outer: Int, inner: Int) -> Tensor {
        precondition(self.count == outer * count * inner, "\(shape) is not \(outer) × \(count) × \(inner)")
        var result = Tensor(shape: [outer, taps.count, inner], repeating: 0)
        withValues { source in
            result.withMutableValues { target in
                for row in 0..<outer * taps.count {
                    let (group, new) = row.quotientAndRemainder(dividingBy: taps.count)
                    let mixed = target.baseAddress! + row * inner
                    for tap in taps[new] {
                        let old = source.baseAddress! + (group * count + tap.index) * inner
                        for i in 0..<inner { mixed[i] += tap.weight * old[i] }
                    }
                }
            }
        }
        return result
    }
}
