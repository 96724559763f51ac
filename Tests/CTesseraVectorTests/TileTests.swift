import CTesseraVector
import Testing

/// Convolutions of 3 × 3 cells by 16 products of each tile, against plain loops.
@Suite struct TileTests {
    /// Bᵀ, G and Aᵀ of F(2 × 2, 3 × 3) (Lavin & Gray, 2016, 4.1).
    private static let cells: [[Double]] = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]
    private static let sums: [[Double]] = [[1, 1, 1, 0], [0, 1, -1, -1]]

    /// M x Mᵀ of a square x, row by row.
    private static func transformed(_ x: [Double], by matrix: [[Double]]) -> [Double] {
        let side = matrix[0].count
        return matrix.indices.flatMap { row in
            matrix.indices.map { column in
                (0..<side * side).reduce(0) {
                    $0 + matrix[row][$1 / side] * x[$1] * matrix[column][$1 % side]
                }
            }
        }
    }

    /// Some of a tile's cells lie beyond the map, and are zeros.
    @Test(arguments: availableSets, [1, 7, 16, 40])
    func cellsAreTransformed(set name: String, channels: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let x = noise(16 * channels, seed: 1)
        let isBeyond = { (cell: Int) in cell < 4 || cell == 11 }
        let stride = channels + 5
        var y = [Float](repeating: 777, count: 16 * stride)
        x.withUnsafeBufferPointer { x in
            let starts = (0..<16).map { isBeyond($0) ? nil : x.baseAddress! + $0 * channels }
            set.transform_cells(starts, Int64(channels), &y, Int64(stride))
        }
        for channel in 0..<channels {
            let tile = (0..<16).map { isBeyond($0) ? 0 : Double(x[$0 * channels + channel]) }
            let expected = Self.transformed(tile, by: Self.cells)
            #expect((0..<16).allSatisfy { abs(Double(y[$0 * stride + channel]) - expected[$0]) <= 1e-5 })
        }
    }

    /// Of the four cells one lies beyond the map; the others are where `places` says, and pass the epilogue.
    @Test(arguments: availableSets, [1, 7, 16, 40])
    func sumsBecomeCells(set name: String, channels: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let stride = channels + 3
        let (sums, bias, addend) = (
            noise(16 * stride, seed: 2), noise(channels, seed: 3), noise(6 * channels, seed: 4)
        )
        let places: [Int64] = [4, 1, -1, 2]
        var y = [Float](repeating: 777, count: 6 * channels)
        bias.withUnsafeBufferPointer { bias in
            addend.withUnsafeBufferPointer { addend in
                var epilogue = tessera_epilogue(
                    bias: bias.baseAddress, addend: addend.baseAddress, activation: TESSERA_RELU, scale: nil,
                    residual: nil)
                set.finish_cells(sums, Int64(stride), Int64(channels), &epilogue, places, &y)
            }
        }
        for channel in 0..<channels {
            let tile = Self.transformed((0..<16).map { Double(sums[$0 * stride + channel]) }, by: Self.sums)
            for cell in 0..<6 {
                let place = cell * channels + channel
                guard let index = places.firstIndex(of: Int64(cell)) else {
                    #expect(y[place] == 777)
                    continue
                }
                let expected = max(0, tile[index] + Double(bias[channel]) + Double(addend[place]))
                #expect(abs(Double(y[place]) - expected) <= 1e-5)
            }
        }
    }
}
