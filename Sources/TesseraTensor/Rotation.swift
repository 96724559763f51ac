internal import CTesseraVector

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The angles by which rotary positions turn the heads of queries and keys (Su et al., 2021, RoFormer): in each head the numbers
/// `i` and `i + half` are the coordinates of a point that is turned by a multiple of its position.
///
/// The product of a query and a key that were turned so depends on the distance of their positions alone.
public struct Rotation: Sendable {
    /// Of each position, `[positions, half]`
    private let cosines: Tensor
    /// Of each position, `[positions, half]`
    private let sines: Tensor

    /// - Parameters:
    ///   - angles: of each position, `[positions, half]`
    ///   - scale: what all that is turned is multiplied with.
    public init(angles: Tensor, scale: Float = 1) {
        cosines = Tensor(shape: angles.shape, angles.values.map { scale * Float(cos(Double($0))) })
        sines = Tensor(shape: angles.shape, angles.values.map { scale * Float(sin(Double($0))) })
    }

    private init(cosines: Tensor, sines: Tensor) { (self.cosines, self.sines) = (cosines, sines) }

    /// Of the first positions alone.
    public func first(_ count: Int) -> Rotation {
        Rotation(cosines: cosines.rows(0..<count), sines: sines.rows(0..<count))
    }

    /// The same angles the other way round: of a gradient, what the rotation itself is of its input.
    public var transposed: Rotation {
        var negative = sines
        negative *= -1
        return Rotation(cosines: cosines, sines: negative)
    }

    /// Turns the heads of tokens.
    ///
    /// - Parameters:
    ///   - x: `[…, heads * size]`; its rows have the positions one after the other, and again for each sequence of a batch.
    ///   - headSize: how many numbers a head has, of which the first `2 * half` are turned.
    public func turn(_ x: inout Tensor, headSize: Int) {
        let (positions, half, width) = (cosines.shape[0], cosines.shape[1], x.shape[x.rank - 1])
        precondition(width % headSize == 0 && 2 * half <= headSize, "\(x.shape) has no heads of \(headSize)")
        let rows = x.count / max(1, width)
        precondition(rows == 0 || positions > 0 && rows % positions == 0, "\(rows) rows at \(positions) positions")
        cosines.withValues { cosines in
            sines.withValues { sines in
                x.withMutableValues { x in
                    Threads.forEachRange(of: rows, grain: max(1, elementwiseGrain / max(1, width))) { range in
                        for row in range {
                            let start = row % positions * half
                            kernels.pointee.rotate_heads(
                                x.baseAddress! + row * width, Int64(width / headSize), Int64(headSize),
                                cosines.baseAddress! + start, sines.baseAddress! + start, Int64(half))
                        }
                    }
                }
            }
        }
    }
}
