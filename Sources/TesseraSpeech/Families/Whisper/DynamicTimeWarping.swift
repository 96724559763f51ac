/// The cheapest path through a matrix of costs from its first to its last element, down, right or both at a time (Sakoe & Chiba,
/// 1978). Where ways are equally cheap it goes right.
///
/// - Parameter costs: `[rows][columns]`
/// - Returns: the row and the column of each element of the path.
func dynamicTimeWarping(_ costs: [[Double]]) -> [(row: Int, column: Int)] {
    let (rows, columns) = (costs.count, costs.first?.count ?? 0)
    guard rows > 0, columns > 0 else { return [] }
    enum Move: UInt8 { case both, down, right }
    // The sums are float32, as the reference's are: ties fall alike.
    var above = [Float](repeating: .infinity, count: columns + 1)
    above[0] = 0
    var moves = [Move](repeating: .right, count: rows * columns)
    for row in 0..<rows {
        var current = [Float](repeating: .infinity, count: columns + 1)
        for column in 0..<columns {
            let (both, down, right) = (above[column], above[column + 1], current[column])
            let (least, move): (Float, Move) =
                both < down && both < right
                ? (both, .both) : down < both && down < right ? (down, .down) : (right, .right)
            current[column + 1] = Float(costs[row][column] + Double(least))
            moves[row * columns + column] = move
        }
        above = current
    }
    var path = [(row: rows - 1, column: columns - 1)]
    while let (row, column) = path.last, row > 0 || column > 0 {
        switch row == 0 ? .right : column == 0 ? .down : moves[row * columns + column] {
        case .both: path.append((row - 1, column - 1))
        case .down: path.append((row - 1, column))
        case .right: path.append((row, column - 1))
        }
    }
    return path.reversed()
}
