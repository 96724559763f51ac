internal import TesseraFiles

/// Which column of a table holds what.
struct TableLayout {
    let names: [String]
    let time: Int
    let identifier: Int?
    /// Columns that must hold numbers, or, where they are not named, those that may.
    let values: [Int]
    let areValuesNamed: Bool
    /// Whether times are seconds since 1970, as the first row tells.
    let hasEpochTimes: Bool

    /// - Parameters:
    ///   - header: The first record.
    ///   - row: The second.
    /// - Throws: `FileError` when columns are missing or cannot be told apart, or none holds times.
    init(header: [String], row: borrowing CSVReader, options: SeriesFile.Options) throws(FileError) {
        func refuse(_ cause: String, column: Int? = nil) -> FileError {
            FileError(
                .badData, path: row.path, cause: cause, place: column.map { "line 1, column \($0 + 1)" } ?? "line 1")
        }
        func index(_ name: String) throws(FileError) -> Int {
            guard let index = header.firstIndex(where: { $0.hasSameBytes(as: name) }) else {
                throw refuse("has no column \(name.quoted): its columns are \(TableLayout.list(header))")
            }
            if name.isEmpty, let second = header.lastIndex(of: ""), second > index {
                throw refuse("has two columns without a name", column: second)
            }
            return index
        }
        var seen: Set<ByteKey> = []
        for (column, name) in header.enumerated() where !name.isEmpty && !seen.insert(ByteKey(name)).inserted {
            throw refuse("has two columns \(name.quoted)", column: column)
        }
        if let column = header.firstIndex(where: { $0.utf8.count >= 8 && Timestamp($0) != nil }) {
            throw refuse("has a time where the name of a column belongs: there is no header row", column: column)
        }
        names = header
        identifier = try options.identifierColumn.map { name throws(FileError) in try index(name) }
        let named = try options.timeColumn.map { name throws(FileError) in try index(name) }
        let identifier = identifier
        let found = header.indices.first { $0 != identifier && TableLayout.holdsTimes(row[$0], header[$0]) }
        guard let time = named ?? found else {
            throw refuse("has no column of times that is recognised: name it, and write times as 2024-01-31 00:00:00")
        }
        self.time = time
        hasEpochTimes = TableLayout.isEpochTime(row[time])
        areValuesNamed = options.valueColumns != nil
        var values: [Int] = []
        for name in options.valueColumns ?? [] {
            let column = try index(name)
            guard column != time, column != identifier, !values.contains(column) else {
                throw refuse("cannot take the column \(name.quoted) for values: it has another use", column: column)
            }
            values.append(column)
        }
        self.values = areValuesNamed ? values : header.indices.filter { $0 != time && $0 != identifier }
        guard !self.values.isEmpty else {
            throw refuse("has no column of values beside that of times")
        }
    }

    /// Why a table with a single column cannot be one of series.
    static func refusal(ofSingle name: String) -> String {
        let blanks = name.contains { $0.isWhitespace } ? ", not blanks" : ""
        return "has no column of values beside \(name.quoted); between columns stands "
            + CSVReader.separatorNames + blanks
    }

    /// Whether a column has no name of its own: pandas calls such ones `Unnamed: 0` when it reads them.
    func isUnnamed(_ column: Int) -> Bool {
        let name = names[column]
        return name.isEmpty || name.hasPrefix("Unnamed: ") && name.dropFirst(9).utf8.allSatisfy(\.isDigit)
    }

    /// What warnings call a column.
    func title(_ column: Int) -> String {
        names[column].isEmpty ? "column \(column + 1), which has no name," : "the column \(names[column].quoted)"
    }

    /// Dates are recognised as they are; numbers only under a name that tells of time.
    private static func holdsTimes(_ cell: ArraySlice<UInt8>, _ name: String) -> Bool {
        let cell = cell.trimmed
        if cell.count > 4, TimeScanner.time(cell) != nil { return true }
        guard timeNames.contains(name.lowercased()) else { return false }
        if case .number = CellValue(cell, decimalMark: UInt8(ascii: ".")) { return true }
        return false
    }

    /// Smaller numbers, before 1973, are rather years, or rows that are counted.
    private static func isEpochTime(_ cell: ArraySlice<UInt8>) -> Bool {
        guard case .number(let seconds) = CellValue(cell, decimalMark: UInt8(ascii: ".")) else { return false }
        return seconds >= 1e8
    }

    private static let timeNames: Set<String> = [
        "time", "timestamp", "date", "datetime", "ds", "year", "epoch", "unix", "unixtime",
    ]

    private static func list(_ names: [String]) -> String {
        names.prefix(8).map(\.quoted).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    }
}
