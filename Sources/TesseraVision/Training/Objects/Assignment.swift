/// The cheapest way to give each of some rows a column of its own (Kuhn, 1955, The Hungarian method), by shortest paths that grow the
/// assignment row after row (Jonker & Volgenant, 1987).
///
/// - Parameters:
///   - costs: row by row, `rows * columns`; finite.
///   - rows: at most as many as there are columns.
///   - columns: how many there are.
/// - Returns: the column of each row.
package func cheapestAssignment(_ costs: [Float], rows: Int, columns: Int) -> [Int] {
    precondition(rows <= columns && costs.count == rows * columns, "there are columns for all rows")
    var (rowPrices, columnPrices) = ([Double](repeating: 0, count: rows), [Double](repeating: 0, count: columns))
    var rowOfColumn = [Int?](repeating: nil, count: columns)
    for first in 0..<rows {
        var distances = [Double](repeating: .infinity, count: columns)
        var previous = [Int?](repeating: nil, count: columns)
        var isReached = [Bool](repeating: false, count: columns)
        var (row, column, reachedRows) = (first, Int?.none, [first])
        // Dijkstra's search from this row to the nearest column that nobody has.
        repeat {
            var (nearest, least) = (0, Double.infinity)
            for candidate in 0..<columns where !isReached[candidate] {
                let reduced = Double(costs[row * columns + candidate]) - rowPrices[row] - columnPrices[candidate]
                if reduced < distances[candidate] { (distances[candidate], previous[candidate]) = (reduced, column) }
                if distances[candidate] < least { (least, nearest) = (distances[candidate], candidate) }
            }
            for reached in reachedRows { rowPrices[reached] += least }
            for candidate in 0..<columns {
                if isReached[candidate] { columnPrices[candidate] -= least } else { distances[candidate] -= least }
            }
            (isReached[nearest], column) = (true, nearest)
            if let owner = rowOfColumn[nearest] {
                row = owner
                reachedRows.append(owner)
            }
        } while rowOfColumn[column!] != nil
        // Along the path back each row takes the column that was found from it.
        while let taken = column {
            let before = previous[taken]
            rowOfColumn[taken] = before.map { rowOfColumn[$0]! } ?? first
            column = before
        }
    }
    var columnOfRow = [Int](repeating: 0, count: rows)
    for (column, row) in rowOfColumn.enumerated() { if let row { columnOfRow[row] = column } }
    return columnOfRow
}
