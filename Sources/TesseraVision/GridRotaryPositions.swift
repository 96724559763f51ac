public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Rotary positions of patches in a grid (Siméoni et al., 2025, DINOv3): one half of a head's pairs turns with the row, the other with the
/// column. Both go from -1 to 1 in a picture of any size, so that nothing is interpolated.
public struct GridRotaryPositions: Sendable, Equatable {
    /// By which angle a pair is turned from the middle to the edge; those of the row, and again those of the column.
    public let frequencies: [Float]

    /// - Parameters:
    ///   - headSize: how many numbers a head has, a multiple of 4.
    ///   - base: what the wavelengths grow towards, theta: 100 in the paper.
    public init(headSize: Int, base: Float) {
        precondition(headSize > 0 && headSize % 4 == 0, "\(headSize) numbers make no pairs for rows and columns")
        // In single precision and in this order, as the reference has them.
        frequencies = stride(from: 0, to: headSize, by: 4).map { 1 / powf(base, Float($0) / Float(headSize)) }
    }

    /// What turns the tokens of a picture.
    ///
    /// - Parameters:
    ///   - rows: patches in a column.
    ///   - columns: patches in a row.
    ///   - leadingTokens: how many tokens without a place stand before the patches: they are not turned.
    public func callAsFunction(rows: Int, columns: Int, behind leadingTokens: Int) -> Rotation {
        let (down, across) = (angles(rows), angles(columns))
        var values = [Float](repeating: 0, count: leadingTokens * 2 * frequencies.count)
        for row in down { for column in across { values += row + column } }
        return Rotation(
            angles: Tensor(shape: [leadingTokens + rows * columns, 2 * frequencies.count], values))
    }

    /// Of each place on a side that so many patches share, at the patches' centres.
    private func angles(_ count: Int) -> [[Float]] {
        (0..<count).map { index in
            let place = 2 * ((Float(index) + 0.5) / Float(count)) - 1
            return frequencies.map { 2 * Float.pi * place * $0 }
        }
    }
}
