/// Which column may tell the series of a table apart, where nobody said so: one that holds the same until another series begins.
struct SeriesColumns {
    private let layout: TableLayout
    /// The columns that were the same in all rows so far, with what they hold.
    private var constant: [(column: Int, cell: [UInt8])]

    /// - Parameter row: The first.
    init(_ layout: TableLayout, row: CSVReader) {
        self.layout = layout
        let columns = layout.identifier == nil ? Array(layout.names.indices) : []
        constant = columns.filter { $0 != layout.time }.map { ($0, Array(row[$0].trimmed)) }
    }

    /// Drops the columns that hold something else in this row.
    mutating func keepConstant(_ row: CSVReader) {
        constant.removeAll { !row[$0.column].trimmed.elementsEqual($0.cell) }
    }

    /// The likeliest of the columns that change with this row.
    ///
    /// - Parameter isSecondRow: Whether all columns were the same until now, those of values too: whole numbers then tell nothing.
    func likeliest(_ row: CSVReader, isSecondRow: Bool) -> String? {
        var best: (name: String, rank: Int)?
        for (column, cell) in constant where !row[column].trimmed.elementsEqual(cell) {
            let rank = rank(column, row[column], isSecondRow)
            if rank > best?.rank ?? 0 { best = (layout.names[column], rank) }
        }
        return best?.name
    }

    private func rank(_ column: Int, _ cell: ArraySlice<UInt8>, _ isSecondRow: Bool) -> Int {
        let name = layout.names[column].lowercased()
        if name.isEmpty { return 0 }
        if SeriesColumns.usualNames.contains(name) || name.hasSuffix("_id") { return 3 }
        switch CellValue(cell, decimalMark: UInt8(ascii: ".")) {
        case .text: return 2
        case .number(let number): return !isSecondRow && number == number.rounded() ? 1 : 0
        case .missing, .refused: return 0
        }
    }

    private static let usualNames: Set<String> = ["id", "series", "item", "store", "shop", "sku", "symbol", "ticker"]
}
