internal import CTesseraVector

/// Where the cells of a line lie when it is brought to another length: between which two cells of before, and how far from the first to
/// the second. The ends of both lines are where their first and last cells end, as PyTorch has it where corners are not aligned.
package struct BilinearPlaces: Sendable {
    /// The cells between which each lies.
    package let first, second: [Int]
    /// The second's share, 0 … 1.
    package let share: [Float]

    /// - Parameters:
    ///   - source: how many cells there are, at least 1.
    ///   - count: how many there are to be.
    package init(_ source: Int, to count: Int) {
        let scale = Float(source) / Float(max(1, count))
        let places = (0..<count).map { max(0, scale * (Float($0) + 0.5) - 0.5) }
        first = places.map { min(source - 1, Int($0)) }
        second = first.map { min(source - 1, $0 + 1) }
        share = zip(places, first).map { min(1, $0 - Float($1)) }
    }

    package var count: Int { first.count }
}

extension Tensor {
    /// The sum of maps `[batch, rows, columns, channels]`, each brought bilinearly to one size.
    ///
    /// - Parameter maps: one at least, of any rows and columns.
    /// - Returns: `[batch, rows, columns, channels]`
    package static func bilinearSum(_ maps: [Tensor], rows: Int, columns: Int) -> Tensor {
        let (batch, channels) = (maps[0].shape[0], maps[0].shape[3])
        precondition(maps.allSatisfy { $0.shape[0] == batch && $0.shape[3] == channels }, "maps differ")
        let parts = maps.map { BilinearMap($0, rows: rows, columns: columns) }
        var result = Tensor(uninitialized: [batch, rows, columns, channels])
        let width = columns * channels
        result.withMutableValues { values in
            guard let target = values.baseAddress else { return }
            Threads.forEachRange(of: batch * rows, grain: max(1, elementwiseGrain / max(1, width))) { range in
                for line in range {
                    (target + line * width).update(repeating: 0, count: width)
                    for part in parts { part.add(row: line % rows, of: line / rows, to: target + line * width) }
                }
            }
        }
        return result
    }
}

/// A map that is read at another size, row by row.
struct BilinearMap {
    let map: Tensor
    let rows, columns: BilinearPlaces

    /// - Parameter map: `[batch, rows, columns, channels]`
    init(_ map: Tensor, rows: Int, columns: Int) {
        self.map = map
        self.rows = BilinearPlaces(map.shape[1], to: rows)
        self.columns = BilinearPlaces(map.shape[2], to: columns)
    }

    /// Numbers of a row of the map.
    var width: Int { map.shape[2] * map.shape[3] }

    /// Calls `body` with a row of the result's height that still has the map's columns, `[columns, channels]`.
    func withRow<Result>(_ row: Int, of item: Int, _ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { line in
            map.withValues { values in
                let (line, item) = (line.baseAddress!, values.baseAddress! + item * map.shape[1] * width)
                line.initialize(repeating: 0, count: width)
                let (above, below) = (item + rows.first[row] * width, item + rows.second[row] * width)
                kernels.pointee.add_scaled(above, 1 - rows.share[row], Int64(width), line)
                kernels.pointee.add_scaled(below, rows.share[row], Int64(width), line)
                return body(line)
            }
        }
    }

    /// Adds a row of the result's size, `[columns, channels]`.
    func add(row: Int, of item: Int, to target: UnsafeMutablePointer<Float>) {
        let channels = map.shape[3]
        withRow(row, of: item) { line in
            for column in 0..<columns.count {
                let (left, right) = (line + columns.first[column] * channels, line + columns.second[column] * channels)
                let (cell, share) = (target + column * channels, columns.share[column])
                kernels.pointee.add_scaled(left, 1 - share, Int64(channels), cell)
                kernels.pointee.add_scaled(right, share, Int64(channels), cell)
            }
        }
    }
}
