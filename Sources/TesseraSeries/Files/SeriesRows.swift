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
        case text(line: Int)
    }

    private let options: SeriesFile.Options
    private var reader: CSVReader
    private let layout: TableLayout
    private var contents: [Content]
    private var groups: [Rows] = []
    private var positions: [ArraySlice<UInt8>: Int] = [:]

    /// Reads the header and the first row.
    init(_ file: InputFile, options: SeriesFile.Options) throws(FileError) {
        self.options = options
        reader = try CSVReader(file)
        guard try reader.next() else { throw FileError(.badData, path: file.path, cause: "is empty") }
        var header: [String] = []
        for cell in 0..<reader.cellCount { header.append(try SeriesRows.text(reader, cell)) }
        guard try reader.next() else {
            throw FileError(.badData, path: file.path, cause: "has no rows below its header")
        }
        try SeriesRows.checkCount(reader, header)
        layout = try TableLayout(header: header, row: reader, options: options)
        contents = layout.values.map { _ in .unknown }
    }

    /// Takes the first row, and reads and takes all others.
    mutating func readAll() throws(FileError) {
        repeat {
            try SeriesRows.checkCount(reader, layout.names)
            let group = try group()
            let time = try time()
            if let last = groups[group].times.last, let cause = time.mistake(after: last) {
                let mayBeLong = layout.identifier == nil && time.instant == last.instant
                let hint = "; of a table of several series, name the column that tells them apart"
                throw fault(mayBeLong ? cause + hint : cause, layout.time)
            }
            groups[group].times.append(time)
            groups[group].lines.append(reader.recordLine)
            for index in layout.values.indices { groups[group].values[index].append(try value(index)) }
        } while try reader.next()
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
        switch CellValue(reader[column], decimalMark: decimalMark) {
        case .number(let value):
            contents[index] = .numbers
            return value
        case .missing: return .nan
        case .refused(let reason): throw fault("\(shown(reader[column])) \(reason)", column)
        case .text:
            if case .unknown = contents[index], !layout.areValuesNamed {
                contents[index] = .text(line: reader.recordLine)
                return .nan
            }
            throw fault("\(shown(reader[column])) is no number", column)
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
        for (index, content) in contents.enumerated() {
            guard case .text(let line) = content else { continue }
            warnings.append(
                "the column \(layout.names[layout.values[index]].quoted) holds text (line \(line)): left out")
        }
        guard warnings.count < contents.count else {
            throw FileError(.badData, path: reader.path, cause: "has no column of numbers beside that of times")
        }
        var series: [Series] = []
        series.reserveCapacity(groups.count)
        for index in groups.indices {
            let next = try made(groups[index], after: series.last?.times.frequency)
            if groups[index].times.count == 1, options.frequency == nil, series.isEmpty {
                warnings.append("a single row tells no frequency: \(next.times.frequency) is taken")
            }
            groups[index].values = []
            warnings += next.gapDescriptions.map { gap in next.identifier.map { "\($0): \(gap)" } ?? gap }
            series.append(next)
        }
        return (series, warnings)
    }

    private func made(_ rows: Rows, after previous: Frequency?) throws(FileError) -> Series {
        do throws(TimeAlignment.Problem) {
            // A single row tells no frequency, and takes that of the series before it.
            let frequency = options.frequency ?? (rows.times.count == 1 ? previous?.unanchored : nil)
            let alignment = try TimeAlignment(rows.times, frequency: frequency)
            var columns: [Series.Column] = []
            for (index, content) in contents.enumerated() {
                if case .text = content { continue }
                columns.append(Series.Column(layout.names[layout.values[index]], rows.values[index]))
            }
            return Series(rows.identifier, columns: columns, alignment: alignment)
        } catch {
            let place =
                "line \(rows.lines[error.index]), column \(layout.time + 1), \(layout.names[layout.time].quoted)"
            throw FileError(.badData, path: reader.path, cause: error.cause, place: place)
        }
    }
}
