internal import CTesseraVector

/// A convolution of 3 × 3 cells, each beside the next, by fewer products (Lavin & Gray, 2016, F(2 × 2, 3 × 3)): 2 × 2 cells of the result
/// come of 16 products of channels where they would take 36. It rounds no more than plain sums do.
package struct TiledConvolution: Sendable {
    /// What each of a tile's 16 transformed cells is multiplied with, `[output, input]` of each.
    private let matrices: [MatrixPanels]
    private var input: Int { matrices[0].input }
    private var output: Int { matrices[0].output }

    /// The convolution that a matrix `[output, 3 * 3 * input]` is, the channels last; nil where it is not the package's own loops that
    /// multiply it, in float32.
    package init?(_ matrix: PackedMatrix) {
        guard matrix.precision == .float32, matrix.holdsRows else { return nil }
        self.init(matrix.gatheringRows(0..<matrix.output))
    }

    /// - Parameter weight: `[output, 3 * 3 * input]`, the channels last.
    private init(_ weight: Tensor) {
        let (output, input) = (weight.shape[0], weight.shape[1] / 9)
        matrices = (0..<16).map { cell in
            MatrixPanels(.float32, input: input, output: output) { TiledConvolution.rows($0, of: weight, for: cell) }
        }
    }

    /// G, which says what a window's weights become down and to the right.
    private static let windows: [[Float]] = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]

    /// Some rows of the matrix for one of the cells: of G g Gᵀ, where g is a window's weights.
    private static func rows(_ rows: Range<Int>, of weight: Tensor, for cell: Int) -> Tensor {
        let input = weight.shape[1] / 9
        var result = Tensor(shape: [rows.count, input], repeating: 0)
        weight.withValues { weight in
            result.withMutableValues { result in
                for row in rows {
                    for place in 0..<9 {
                        kernels.pointee.add_scaled(
                            weight.baseAddress! + (row * 9 + place) * input,
                            windows[cell / 4][place / 3] * windows[cell % 4][place % 3], Int64(input),
                            result.baseAddress! + (row - rows.lowerBound) * input)
                    }
                }
            }
        }
        return result
    }

    /// - Parameter x: `[batch, rows, columns, input]`
    /// - Returns: `[batch, rows, columns, output]`
    package func multiply(_ x: Tensor, _ epilogue: Epilogue = Epilogue()) -> Tensor {
        let shape = x.shape.dropLast() + [output]
        precondition(x.rank == 4 && x.shape[3] == input && epilogue.fits(Array(shape)), "a map of \(x.shape)")
        var y = Tensor(uninitialized: Array(shape))
        let tiles = MapTiles(batch: x.shape[0], rows: x.shape[1], columns: x.shape[2])
        let parts = partCount(tiles.count)
        x.withValues { x in
            y.withMutableValues { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                Threads.forEach(parts) { part in
                    let range = tiles.count * part / parts..<tiles.count * (part + 1) / parts
                    multiply(range, of: tiles, x, epilogue, y)
                }
            }
        }
        withExtendedLifetime(epilogue) {}
        return y
    }

    /// As many parts for each thread, of tiles few enough that they stay in its cache, and enough that the weights are read seldom.
    private func partCount(_ tiles: Int) -> Int {
        let threads = Threads.current.count
        let atOnce = max(56, min(126, (1 << 14) / (input + output)))
        return (tiles + threads * atOnce - 1) / (threads * atOnce) * threads
    }

    /// Some of the tiles, on the calling thread.
    private func multiply(
        _ range: Range<Int>, of tiles: MapTiles, _ x: UnsafePointer<Float>, _ epilogue: Epilogue,
        _ y: UnsafeMutablePointer<Float>
    ) {
        let set = kernels.pointee
        let (count, input, output) = (range.count, input, output)
        let cells = AlignedMemory(byteCount: 16 * count * input * MemoryLayout<Float>.stride)
        let sums = AlignedMemory(byteCount: 16 * count * output * MemoryLayout<Float>.stride)
        let (from, to) = (
            cells.address.assumingMemoryBound(to: Float.self), sums.address.assumingMemoryBound(to: Float.self)
        )
        for (index, tile) in range.enumerated() {
            tiles.withCells(tile, of: x, channels: input) {
                set.transform_cells($0, Int64(input), from + index * input, Int64(count * input))
            }
        }
        for (index, matrix) in matrices.enumerated() {
            matrix.multiplyRows(from + index * count * input, count: count, into: to + index * count * output)
        }
        withUnsafePointer(to: epilogue.code) { epilogue in
            for (index, tile) in range.enumerated() {
                tiles.withPlaces(tile) {
                    set.finish_cells(to + index * output, Int64(count * output), Int64(output), epilogue, $0, y)
                }
            }
        }
    }
}
