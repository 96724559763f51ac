/// Maps as tiles of 2 × 2 cells, row by row, each of which comes of 4 × 4 cells.
struct MapTiles {
    let batch, rows, columns: Int
    private var across: Int { (columns + 1) / 2 }
    private var down: Int { (rows + 1) / 2 }
    var count: Int { batch * across * down }

    /// Calls `body` with where the 16 cells begin that a tile comes of; NULL beyond the edges.
    func withCells(
        _ tile: Int, of x: UnsafePointer<Float>, channels: Int,
        _ body: (UnsafePointer<UnsafePointer<Float>?>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: 16) { cells in
            for index in 0..<16 {
                let place = place(tile, index / 4 - 1, index % 4 - 1)
                cells.initializeElement(at: index, to: place < 0 ? nil : x + place * channels)
            }
            body(UnsafePointer(cells.baseAddress!))
        }
    }

    /// Calls `body` with which cells a tile's four are; below 0 beyond the edges.
    func withPlaces(_ tile: Int, _ body: (UnsafePointer<Int64>) -> Void) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: 4) { places in
            for index in 0..<4 { places.initializeElement(at: index, to: Int64(place(tile, index / 2, index % 2))) }
            body(UnsafePointer(places.baseAddress!))
        }
    }

    /// The cell so many below and to the right of a tile's first; below 0 beyond the edges.
    private func place(_ tile: Int, _ below: Int, _ right: Int) -> Int {
        let (line, tileColumn) = tile.quotientAndRemainder(dividingBy: across)
        let (item, tileRow) = line.quotientAndRemainder(dividingBy: down)
        let (row, column) = (2 * tileRow + below, 2 * tileColumn + right)
        return row < 0 || row >= rows || column < 0 || column >= columns ? -1 : (item * rows + row) * columns + column
    }
}
