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
    sinusoidalPositions(positions.map(Double.init), hiddenSize: hiddenSize, isInHalves: isInHalves)
}

private func sinusoidalPositions(_ positions: [Double], hiddenSize: Int, isInHalves: Bool = false) -> Tensor {
    var values = [Float](repeating: 0, count: positions.count * hiddenSize)
    let sineCount = (hiddenSize + 1) / 2
    for (row, position) in positions.enumerated() {
        for column in 0..<hiddenSize {
            let angle = position * exp(-log(10000) * Double(column / 2 * 2) / Double(hiddenSize))
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
    return grid(
        sinusoidalPositions(length: rows, hiddenSize: half),
        sinusoidalPositions(length: columns, hiddenSize: hiddenSize - half))
}

/// The same where the last row and the last column stand at 2π, however many there are (Carion et al., 2020, DETR).
///
/// - Parameter hiddenSize: even.
/// - Returns: `[rows * columns, hidden]`
public func circularPositions2D(rows: Int, columns: Int, hiddenSize: Int) -> Tensor {
    func circle(_ count: Int, hiddenSize: Int) -> Tensor {
        // The reference divides by a little more, so that it never divides by nothing.
        let places = (1...max(1, count)).map { Double($0) / (Double(count) + 1e-6) * 2 * .pi }
        return sinusoidalPositions(places, hiddenSize: hiddenSize)
    }
    let half = hiddenSize / 2
    return grid(circle(rows, hiddenSize: half), circle(columns, hiddenSize: hiddenSize - half))
}

/// What encodes the row, and beside it what encodes the column, of each cell of a grid, `[rows * columns, hidden]`.
private func grid(_ vertical: Tensor, _ horizontal: Tensor) -> Tensor {
    let (rows, columns) = (vertical.shape[0], horizontal.shape[0])
    let cells = (0..<rows * columns).map { ($0 / columns, $0 % columns) }
    return vertical.gatheringRows(cells.map(\.0)).joined(with: horizontal.gatheringRows(cells.map(\.1)))
}
