internal import TesseraFiles

/// The rows of a table, gathered by series.
struct SeriesRows {
    private struct Rows {
        let identifier: String?
        var times: [Timestamp] = []
        /// For errors that only show once all times are known.
        var lines: [Int] = []
        /// For each column of values.
        var values: [[Double]]
    }

    private enum Content {
        case unknown, numbers
        /// Left out; the error says which cell is the first that is no number, though it may be meant as one.
        case text(line: Int, FileError, isMeantAsNumber: Bool)
    }

    private let options: SeriesFile.Options
    private var reader: CSVReader
    private let layout: TableLayout
    private var contents: [Content]
    /// Whether the columns of values count rows; nil for those that have a name or were asked for.
    private var counts: [RowCount?]
    private var tellingApart: SeriesColumns
    private var groups: [Rows] = []
    private var positions: [ArraySlice<UInt8>: Int] = [:]

    /// Reads the header and the first row.
    init(_ file: InputFile, options: SeriesFile.Options) throws(FileError) {
        self.options = options
        reader = try CSVReader(file)
        guard try reader.next() else { throw FileError(.badData, path: file.path, cause: "is empty") }
        var header: [String] = []
        for cell in 0..<reader.cellCount { header.append(try SeriesRows.text(reader, cell)) }
        if header.count == 1 {
            let cause = TableLayout.refusal(ofSingle: header[0])
            throw FileError(.badData, path: file.path, cause: cause, place: "line \(reader.recordLine)")
        }
        guard try reader.next() else {
            throw FileError(.badData, path: file.path, cause: "has no rows below its header")
        }
        try SeriesRows.checkCount(reader, header)
        layout = try TableLayout(header: header, row: reader, options: options)
        contents = layout.values.map { _ in .unknown }
        let layout = layout
        counts = layout.values.map { layout.isUnnamed($0) && !layout.areValuesNamed ? RowCount() : nil }
        tellingApart = SeriesColumns(layout, row: reader)
    }

    /// Takes the first row, and reads and takes all others.
    mutating func readAll() throws(FileError) {
        repeat {
            try SeriesRows.checkCount(reader, layout.names)
            let group = try group()
            let time = try time()
            if let last = groups[group].times.last, let cause = time.mistake(after: last) {
                throw fault(cause + hint(time, after: groups[group].times), layout.time)
            }
            tellingApart.keepConstant(reader)
            groups[group].times.append(time)
            groups[group].lines.append(reader.recordLine)
            for index in layout.values.indices { groups[group].values[index].append(try value(index)) }
        } while try reader.next()
    }

    /// What to do about a time that does not follow those before it, where it may be that of another series.
    private func hint(_ time: Timestamp, after times: [Timestamp]) -> String {
        guard layout.identifier == nil, let first = times.first, let last = times.last else { return "" }
        let advice = "; of a table of several series, name the column that tells them apart"
        if let name = tellingApart.likeliest(reader, isSecondRow: times.count == 1) {
            return advice + ": --id \(name.quoted)"
        }
        let startsAgain = time.instant == last.instant || times.count > 1 && time.instant <= first.instant
        return startsAgain ? advice : ""
    }

    // MARK: Cells

    private mutating func group() throws(FileError) -> Int {
        guard let column = layout.identifier else {
            if groups.isEmpty { groups.append(Rows(identifier: nil, values: layout.values.map { _ in [] })) }
            return 0
        }
        let cell = reader[column].trimmed
        if let position = positions[cell] { return position }
        let identifier = try SeriesRows.text(reader, column)
        // A copy: the slice would keep the whole row.
        positions[ArraySlice(Array(cell))] = groups.count
        groups.append(Rows(identifier: identifier, values: layout.values.map { _ in [] }))
        return groups.count - 1
    }

    private func time() throws(FileError) -> Timestamp {
        let cell = reader[layout.time].trimmed
        guard !layout.hasEpochTimes else {
            guard case .number(let seconds) = CellValue(cell, decimalMark: UInt8(ascii: ".")),
                let time = Timestamp(secondsSince1970: seconds)
            else { throw fault("\(shown(cell)) is no time in seconds since 1970", layout.time) }
            return time
        }
        guard let time = TimeScanner.time(cell) else {
            throw fault(
                "\(shown(cell)) is no time such as 2024-01-31 00:00:00, or one that does not exist", layout.time)
        }
        return time
    }

    private mutating func value(_ index: Int) throws(FileError) -> Double {
        if case .text = contents[index] { return .nan }
        let column = layout.values[index]
        let decimalMark = options.hasDecimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".")
        let cell = CellValue(reader[column], decimalMark: decimalMark)
        counts[index]?.add(cell)
        switch cell {
        case .number(let value):
            contents[index] = .numbers
            return value
        case .missing: return .nan
        case .refused(let reason): throw fault("\(shown(reader[column])) \(reason)", column)
        case .text:
            let oddity = CellValue.oddity(reader[column])
            let error = fault("\(shown(reader[column])) is no number\(oddity.map { ": " + $0 } ?? "")", column)
            guard case .unknown = contents[index], !layout.areValuesNamed else { throw error }
            contents[index] = .text(line: reader.recordLine, error, isMeantAsNumber: oddity != nil)
            return .nan
        }
    }

    private static func checkCount(_ reader: borrowing CSVReader, _ header: [String]) throws(FileError) {
        guard reader.cellCount == header.count else {
            let cells = reader.cellCount == 1 ? "1 cell" : "\(reader.cellCount) cells"
            let cause = "has \(cells), where the header has \(header.count)"
            throw reader.error(cause, cell: min(reader.cellCount, header.count + 1) - 1)
        }
    }

    private static func text(_ reader: borrowing CSVReader, _ cell: Int) throws(FileError) -> String {
        guard let text = String(validating: reader[cell].trimmed, as: UTF8.self) else {
            throw reader.error("is not UTF-8: save it as UTF-8", cell: cell)
        }
        return text
    }

    private func shown(_ cell: ArraySlice<UInt8>) -> String { String(decoding: cell.prefix(400), as: UTF8.self).quoted }

    /// An error about a cell of the row: `line 7, column 2, 'OT'`.
    private func fault(_ cause: String, _ column: Int) -> FileError {
        let error = reader.error(cause, cell: column)
        let place = [error.place, layout.names[column].quoted].compactMap(\.self).joined(separator: ", ")
        return FileError(error.kind, path: error.path, cause: error.cause, place: place)
    }

    // MARK: Series

    /// The series with what there is to warn of. The rows are given up on the way.
    mutating func series() throws(FileError) -> ([Series], [String]) {
        var warnings: [String] = []
        let kept = try keptColumns(&warnings)
        var series: [Series] = []
        series.reserveCapacity(groups.count)
        for index in groups.indices {
            let next = try made(groups[index], kept, after: series.last?.times.frequency)
            if groups[index].times.count == 1, options.frequency == nil, series.isEmpty {
                warnings.append("a single row tells no frequency: \(next.times.frequency) is taken")
            }
            groups[index].values = []
            warnings += next.gapDescriptions.map { gap in next.identifier.map { "\($0): \(gap)" } ?? gap }
            series.append(next)
        }
        return (series, warnings)
    }

    /// The columns of values that are no text, are not empty for want of a name, and do not count rows.
    private func keptColumns(_ warnings: inout [String]) throws(FileError) -> [Int] {
        var (kept, counting): ([Int], [Int]) = ([], [])
        var firstText: FileError?
        for (index, column) in layout.values.enumerated() {
            switch contents[index] {
            case .text(let line, let error, let isMeantAsNumber):
                let cell = isMeantAsNumber ? ": \(error.cause)" : ""
                warnings.append("\(layout.title(column)) holds text (line \(line)\(cell)): left out")
                firstText = firstText ?? error
            case .unknown where counts[index] != nil: break
            case .numbers where counts[index]?.isCount == true: counting.append(index)
            case .unknown, .numbers: kept.append(index)
            }
        }
        if kept.isEmpty { swap(&kept, &counting) }
        for column in counting.map({ layout.values[$0] }) {
            let option = "--target \(layout.names[column].quoted)"
            warnings.append("\(layout.title(column)) counts rows: left out (\(option) takes it)")
        }
        guard !kept.isEmpty else {
            let cause = "has no column of numbers beside that of times" + (firstText.map { ": \($0.cause)" } ?? "")
            throw FileError(.badData, path: reader.path, cause: cause, place: firstText?.place)
        }
        let used = (kept.map { layout.values[$0] } + [layout.time] + [layout.identifier].compactMap(\.self)).sorted()
        if let second = used.filter({ layout.names[$0].isEmpty }).dropFirst().first {
            throw FileError(
                .badData, path: reader.path, cause: "has two columns without a name",
                place: "line 1, column \(second + 1)")
        }
        return kept
    }

    private func made(_ rows: Rows, _ kept: [Int], after previous: Frequency?) throws(FileError) -> Series {
        do throws(TimeAlignment.Problem) {
            // A single row tells no frequency, and takes that of the series before it.
            let frequency = options.frequency ?? (rows.times.count == 1 ? previous?.unanchored : nil)
            let alignment = try TimeAlignment(rows.times, frequency: frequency)
            let columns = kept.map { Series.Column(layout.names[layout.values[$0]], rows.values[$0]) }
            return Series(rows.identifier, columns: columns, alignment: alignment)
        } catch {
            let place =
                "line \(rows.lines[error.index]), column \(layout.time + 1), \(layout.names[layout.time].quoted)"
            throw FileError(.badData, path: reader.path, cause: error.cause, place: place)
        }
    }
}
