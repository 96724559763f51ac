import TesseraTensor
import Testing

/// Maps at other sizes, against plain loops in double precision.
@Suite struct BilinearTests {
    /// The greatest of all channels of each cell, and the second: where they are nearly alike, rounding decides.
    private struct Cell {
        var values: [Double]
        var order: [Int] { values.indices.sorted { (values[$0], $1) > (values[$1], $0) } }
    }

    /// What corners that are not aligned give: cells' middles are where they are in the picture.
    private func resized(_ map: Tensor, rows: Int, columns: Int) -> [Cell] {
        func place(_ index: Int, _ from: Int, _ to: Int) -> (Int, Int, Double) {
            let place = min(max((Double(index) + 0.5) * Double(from) / Double(to) - 0.5, 0), Double(from - 1))
            return (Int(place), min(Int(place) + 1, from - 1), place - place.rounded(.down))
        }
        return (0..<rows * columns).map { index in
            let (up, down, lower) = place(index / columns, map.shape[1], rows)
            let (left, right, further) = place(index % columns, map.shape[2], columns)
            return Cell(
                values: (0..<map.shape[3]).map { channel in
                    func value(_ row: Int, _ column: Int) -> Double { Double(map[0, row, column, channel]) }
                    let upper = value(up, left) * (1 - further) + value(up, right) * further
                    let below = value(down, left) * (1 - further) + value(down, right) * further
                    return upper * (1 - lower) + below * lower
                })
        }
    }

    static let sizes = [
        ((1, 1), (5, 3)), ((4, 6), (4, 6)), ((3, 5), (24, 40)), ((16, 9), (7, 31)), ((9, 16), (2, 1)),
        ((32, 32), (61, 100)),
    ]

    @Test(arguments: sizes, [1, 3, 20])
    func mapsTakeOtherSizes(_ size: (from: (Int, Int), to: (Int, Int)), channels: Int) {
        let maps = [1, 2].map { noise([1, size.from.0, size.from.1, channels], seed: UInt64($0)) }
        let sum = Tensor.bilinearSum(maps, rows: size.to.0, columns: size.to.1)
        #expect(sum.shape == [1, size.to.0, size.to.1, channels])
        let expected = maps.map { resized($0, rows: size.to.0, columns: size.to.1).flatMap(\.values) }
        for (value, (first, second)) in zip(sum.values, zip(expected[0], expected[1])) {
            #expect(abs(Double(value) - first - second) <= 1e-5)
        }
    }

    @Test(arguments: sizes, [1, 3, 20, 150])
    func theGreatestIsFound(_ size: (from: (Int, Int), to: (Int, Int)), channels: Int) {
        let map = noise([1, size.from.0, size.from.1, channels], seed: 3)
        let found = map.bilinearLargest(rows: size.to.0, columns: size.to.1)
        let expected = resized(map, rows: size.to.0, columns: size.to.1)
        #expect(found.count == expected.count)
        for (channel, cell) in zip(found, expected) {
            let order = cell.order
            #expect(Int(channel) == order[0] || cell.values[order[0]] - cell.values[Int(channel)] <= 1e-5)
        }
    }

    /// Of channels that are alike the first is taken, as are those of nothing but zeros.
    @Test func ofEqualChannelsTheFirstIsTaken() {
        let map = Tensor(shape: [1, 1, 2, 3], [0, 5, 5, 0, 5, 5])
        #expect(map.bilinearLargest(rows: 2, columns: 4) == [UInt16](repeating: 1, count: 8))
        #expect(Tensor(shape: [1, 2, 2, 4], repeating: 0).bilinearLargest(rows: 1, columns: 1) == [0])
    }
}
