/// Whether the cells of a column, as they come, count the rows: 0, 1, 2 …, or 1, 2, 3 ….
///
/// Tables of which some rows were dropped, that were sorted by series or put together of several keep the numbers that their rows
/// had: then it is enough that most follow the one before.
struct RowCount {
    private var rowCount = 0
    private var stepCount = 0
    private var last = -1.0
    private var isPossible = true

    mutating func add(_ cell: CellValue) {
        guard isPossible, case .number(let number) = cell, number >= 0, number < 1e15, number == number.rounded() else {
            isPossible = false
            return
        }
        if number == last + 1 || rowCount == 0 && number == 1 { stepCount += 1 }
        (last, rowCount) = (number, rowCount + 1)
    }

    /// Whether they have done so until now.
    var isCount: Bool { isPossible && stepCount * 2 > rowCount }
}
