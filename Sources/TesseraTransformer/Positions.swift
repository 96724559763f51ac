public import TesseraTensor

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The fixed position encodings of "Attention Is All You Need", 3.5:
/// `PE(p, 2i) = sin(p / 10000^(2i/d))`, `PE(p, 2i + 1) = cos(p / 10000^(2i/d))`.
///
/// - Returns: `[length, hidden]`
public func sinusoidalPositions(length: Int, hiddenSize: Int) -> Tensor {
    sinusoidalPositions(0..<length, hiddenSize: hiddenSize)
}

/// The same of the positions that are named, `[positions, hidden]`.
///
/// - Parameter isInHalves: whether all sines stand before all cosines.
func sinusoidalPositions(
    _ positions: some Collection<Int>, hiddenSize: Int, isInHalves: Bool = false
) -> Tensor {
    var values = [Float](repeating: 0, count: positions.count * hiddenSize)
    let sineCount = (hiddenSize + 1) / 2
    for (row, position) in positions.enumerated() {
        for column in 0..<hiddenSize {
            let angle = Double(position) * exp(-log(10000) * Double(column / 2 * 2) / Double(hiddenSize))
            let place = isInHalves ? column / 2 + (column % 2 == 0 ? 0 : sineCount) : column
            values[row * hiddenSize + place] = Float(column % 2 == 0 ? sin(angle) : cos(angle))
        }
    }
    return Tensor(shape: [positions.count, hiddenSize], values)
}

/// The fixed position encodings of tensor2tensor, which fairseq's models use: all sines, then all cosines, of wavelengths from 2π
/// to 10000 · 2π.
///
/// - Parameter positions: of the tokens.
/// - Returns: `[positions, hidden]`
public func tensor2tensorPositions(_ positions: some Collection<Int>, hiddenSize: Int) -> Tensor {
    let half = hiddenSize / 2
    var values = [Float](repeating: 0, count: positions.count * hiddenSize)
    for (row, position) in positions.enumerated() {
        for column in 0..<half {
            let angle = Double(position) * exp(-log(10000) * Double(column) / Double(max(1, half - 1)))
            values[row * hiddenSize + column] = Float(sin(angle))
            values[row * hiddenSize + half + column] = Float(cos(angle))
        }
    }
    return Tensor(shape: [positions.count, hiddenSize], values)
}

/// Fixed encodings of the cells of a grid, row by row: the first half of each encodes the row, the second half the column
/// (He et al., 2022, Masked Autoencoders).
///
/// - Parameter hiddenSize: even.
/// - Returns: `[rows * columns, hidden]`
public func sinusoidalPositions2D(rows: Int, columns: Int, hiddenSize: Int) -> Tensor {
    let half = hiddenSize / 2
    let vertical = sinusoidalPositions(length: rows, hiddenSize: half)
    let horizontal = sinusoidalPositions(length: columns, hiddenSize: hiddenSize - half)
    let cells = (0..<rows * columns).map { ($0 / columns, $0 % columns) }
    return vertical.gatheringRows(cells.map(\.0)).joined(with: horizontal.gatheringRows(cells.map(\.1)))
}

/// A learned table of positions on a grid, brought to another grid by bicubic interpolation.
///
/// Sample points lie at the centres of cells, the kernel has a = -0.75, and the edges repeat: PyTorch's
/// `interpolate(mode="bicubic", align_corners=False)`, which ViT, DeiT and DINOv2 use for other input sizes.
///
/// - Parameter table: `[rows * columns, hidden]`
/// - Returns: `[newRows * newColumns, hidden]`
public func interpolatedPositions(
    _ table: Tensor, rows: Int, columns: Int, to newRows: Int, _ newColumns: Int
) -> Tensor {
    precondition(table.shape[0] == rows * columns, "\(table.shape) is no grid of \(rows) × \(columns)")
    let hidden = table.shape[1]
    let vertical = (0..<newRows).map { bicubicTaps($0, from: rows, to: newRows) }
    let horizontal = (0..<newColumns).map { bicubicTaps($0, from: columns, to: newColumns) }
    var result = [Float](repeating: 0, count: newRows * newColumns * hidden)
    table.withValues { source in
        for (row, rowTaps) in vertical.enumerated() {
            for (column, columnTaps) in horizontal.enumerated() {
                let start = (row * newColumns + column) * hidden
                for (y, rowWeight) in rowTaps {
                    for (x, columnWeight) in columnTaps {
                        let weight = rowWeight * columnWeight
                        let cell = (y * columns + x) * hidden
                        for i in 0..<hidden { result[start + i] += weight * source[cell + i] }
                    }
                }
            }
        }
    }
    return Tensor(shape: [newRows * newColumns, hidden], result)
}

/// The gradient of the table that `interpolatedPositions` brought to another grid: each new cell's gradient goes to the cells
/// it was made of, with the same weights.
///
/// - Parameter outputGradient: `[newRows * newColumns, hidden]`
/// - Returns: `[rows * columns, hidden]`
package func interpolatedPositionsBackward(
    _ outputGradient: Tensor, rows: Int, columns: Int, from newRows: Int, _ newColumns: Int
) -> Tensor {
    let hidden = outputGradient.shape[1]
    let vertical = (0..<newRows).map { bicubicTaps($0, from: rows, to: newRows) }
    let horizontal = (0..<newColumns).map { bicubicTaps($0, from: columns, to: newColumns) }
    var result = [Float](repeating: 0, count: rows * columns * hidden)
    outputGradient.withValues { source in
        for (row, rowTaps) in vertical.enumerated() {
            for (column, columnTaps) in horizontal.enumerated() {
                let start = (row * newColumns + column) * hidden
                for (y, rowWeight) in rowTaps {
                    for (x, columnWeight) in columnTaps {
                        let cell = (y * columns + x) * hidden
                        for i in 0..<hidden { result[cell + i] += rowWeight * columnWeight * source[start + i] }
                    }
                }
            }
        }
    }
    return Tensor(shape: [rows * columns, hidden], result)
}

/// The four cells that a new cell is made of, and their weights.
private func bicubicTaps(_ index: Int, from size: Int, to newSize: Int) -> [(index: Int, weight: Float)] {
    let position = (Float(index) + 0.5) * Float(size) / Float(newSize) - 0.5
    let base = position.rounded(.down)
    let fraction = position - base
    func near(_ x: Float) -> Float { ((1.25 * x - 2.25) * x) * x + 1 }
    func far(_ x: Float) -> Float { ((-0.75 * x + 3.75) * x - 6) * x + 3 }
    let weights = [far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)]
    return weights.enumerated().map { offset, weight in
        (min(max(Int(base) + offset - 1, 0), size - 1), weight)
    }
}
