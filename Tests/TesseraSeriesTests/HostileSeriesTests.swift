import TesseraFiles
import TesseraSeries
import TestSupport
import Testing

/// A table of ten hours, in which something is amiss.
private struct Table {
    var lines = ["date,OT"] + (0..<10).map { "2020-01-01 0\($0):00:00,\($0).5" }

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// With another line 7.
    static func with(_ line: String) -> String {
        var table = Table()
        table.lines[6] = line
        return table.text
    }

    static func with(_ change: (inout [String]) -> Void) -> String {
        var table = Table()
        change(&table.lines)
        return table.text
    }
}

@Suite struct HostileSeriesTests {
    private let folder = TemporaryFolder()

    struct Mistake: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let says: String
        var place: String?
        var testDescription: String { says }

        init(_ text: String, says: String, _ place: String?) { self.init(Array(text.utf8), says: says, place) }

        init(_ bytes: [UInt8], says: String, _ place: String?) {
            (self.bytes, self.says, self.place) = (bytes, says, place)
        }

        /// Another value in line 7.
        static func value(_ value: String, says: String) -> Mistake {
            Mistake(Table.with("2020-01-01 05:00:00,\(value)"), says: says, "line 7, column 2, 'OT'")
        }
    }

    static let refused: [Mistake] = [
        Mistake("", says: "is empty", nil), Mistake("\u{FEFF}", says: "is empty", nil),
        Mistake("\n\n", says: "is empty", nil),
        Mistake("date,OT\n", says: "no rows below its header", nil),
        .value("abc", says: "'abc' is no number"), .value("0x1p3", says: "'0x1p3' is hexadecimal"),
        .value("1e400", says: "beyond the range"), .value("-1e400", says: "beyond the range"),
        .value("inf", says: "is infinite"), .value("-Infinity", says: "is infinite"),
        .value("١٢", says: "is no number"), .value("=cmd|calc", says: "is no number"),
        .value("1e", says: "is no number"),
        .value("1.2.3", says: "is no number"), .value("\"1\n.0\"", says: "is no number"),
        .value(".", says: "is no number"),
        .value("--1", says: "is no number"), .value("\"1,234.5\"", says: "separators between its thousands"),
        .value("1 234", says: "separators between its thousands"),
        .value(String(repeating: "1", count: 1_000_000), says: "more than 1000 characters"),
        Mistake(Table.with("2020-01-01 05:00:00,1,9"), says: "has 3 cells, where the header has 2", "line 7, column 3"),
        Mistake(Table.with("2020-01-01 05:00:00"), says: "has 1 cell, where the header has 2", "line 7, column 1"),
        Mistake(Table.with("2020-01-01 05:00:00,\"1.0"), says: "never closed", "line 7, column 2"),
        Mistake(Table.with("2020-01-01 05:00:00,\"1\"0"), says: "behind the closing", "line 7, column 2"),
        Mistake(Table.with("2020-01-01 05:00:00,1\"0"), says: "quotation mark inside", "line 7, column 2"),
        Mistake(Table.with("2020-01-01 05:00:00,1\0"), says: "the byte 0", "line 7, column 2"),
        Mistake(Table.with("2020-01-01 05:00:00,\"1\0\""), says: "the byte 0", "line 7, column 2"),
        Mistake(Table.with("2020-13-45 99:00:00,1"), says: "does not exist", "line 7, column 1, 'date'"),
        Mistake(Table.with(",1"), says: "is no time", "line 7, column 1, 'date'"),
        Mistake(Table.with("2020-01-01 04:00:00,1"), says: "there twice", "line 7, column 1, 'date'"),
        Mistake(Table.with("2020-01-01 03:00:00,1"), says: "in their order", "line 7, column 1, 'date'"),
        Mistake(Table.with("2020-01-01 05:30:00,1"), says: "no whole number of steps of h", "line 7, column 1, 'date'"),
        Mistake(
            Table.with { $0[1...].reverse() }, says: "2020-01-01 08:00:00 comes after 2020-01-01 09:00:00",
            "line 3, column 1, 'date'"),
        Mistake(
            Table().text.split(separator: "\n").map { $0.replacing(",", with: ";").replacing(".", with: ",") }
                .joined(separator: "\n"), says: "--decimal-comma", "line 2, column 2, 'OT'"),
        Mistake(Table.with { $0[0] = "OT,OT" }, says: "two columns 'OT'", "line 1, column 2"),
        Mistake(Table.with { $0[0] = "," }, says: "two columns without a name", "line 1, column 2"),
        Mistake(Table.with { $0.removeFirst() }, says: "no header row", "line 1, column 1"),
        Mistake("x,y\n1,2\n", says: "no column of times", "line 1"),
        Mistake("date\n2020-01-01\n", says: "no column of values", "line 1"),
        Mistake("date,x\n2020-01-01,abc\n", says: "no column of numbers", "line 2, column 2, 'x'"),
        Mistake(
            Array("date,Gr".utf8) + [0xF6, 0xDF] + Array("e\n2020-01-01,1\n".utf8), says: "is not UTF-8",
            "line 1, column 2"),
        Mistake([0xFF, 0xFE] + Table().text.utf16.flatMap { [UInt8($0), 0] }, says: "is UTF-16", nil),
        Mistake([0x1F, 0x8B, 8, 0], says: "gzip", nil), Mistake("PK\u{3}\u{4}abc", says: "Excel", nil),
        Mistake((0...255).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }, says: "is not text", "line 1, column 1"),
        Mistake("time,x\n0,1\n1,2\n", says: "'0' is no time such as", "line 2, column 1, 'time'"),
        Mistake("time,x\n1700000000000,1\n", says: "is no time in seconds", "line 2, column 1, 'time'"),
    ]

    @Test("Damaged tables are refused in one line, with line and column", arguments: refused)
    func refuses(_ mistake: Mistake) throws {
        let path = folder.write("bad.csv", mistake.bytes)
        let (error, time) = try timed { try #require(throws: FileError.self) { try SeriesFile(path) } }
        #expect(time < .seconds(1))
        #expect(error.kind == .badData && error.path == path)
        #expect(error.cause.contains(mistake.says), "\(error)")
        #expect(error.place == mistake.place, "\(error)")
        #expect(!error.description.contains("\n") && error.description.utf8.count < 500)
    }

    @Test func aRowThatIsTooLongIsRefused() throws {
        let path = folder.write("long.csv", "date,OT\n2020-01-01," + String(repeating: "1", count: 64 << 20) + "\n")
        let error = try #require(throws: FileError.self) { try SeriesFile(path) }
        #expect(error.cause == "has a row of more than 67108864 bytes" && error.place == "line 2")
    }

    @Test("Options that do not fit the table are refused")
    func options() throws {
        let path = folder.write("table.csv", Table().text)
        func refusal(_ change: (inout SeriesFile.Options) -> Void) throws -> FileError {
            var options = SeriesFile.Options()
            change(&options)
            return try #require(throws: FileError.self) { try SeriesFile(path, options: options) }
        }
        #expect(try refusal { $0.timeColumn = "Date" }.cause == "has no column 'Date': its columns are 'date', 'OT'")
        #expect(try refusal { $0.valueColumns = ["OT", "X"] }.cause.contains("'X'"))
        #expect(try refusal { $0.valueColumns = ["date"] }.cause.contains("another use"))
        #expect(try refusal { $0.valueColumns = ["OT", "OT"] }.cause.contains("another use"))
        #expect(try refusal { $0.valueColumns = [] }.cause.contains("no column of values"))
        #expect(try refusal { $0.identifierColumn = "id" }.cause.contains("'id'"))
        #expect(try refusal { $0.timeColumn = "OT" }.place == "line 2, column 2, 'OT'")
        let day = try refusal { $0.frequency = Frequency(.day) }
        #expect(day.cause.contains("no whole number of steps of D") && day.place == "line 3, column 1, 'date'")
    }

    static let accepted = [
        (Table().text, 0), (Table.with("2020-01-01 05:00:00,"), 1), (Table.with("2020-01-01 05:00:00,NaN"), 1),
        ("\u{FEFF}" + Table().text, 0), (Table().lines.joined(separator: "\r\n"), 0),
        (Table().lines.joined(separator: "\r"), 0), (Table().lines.joined(separator: "\n"), 0),
        (Table().lines.joined(separator: "\n\n") + "\n\n\n", 0), (Table.with("\"2020-01-01 05:00:00\",\"5.5\""), 0),
        (Table.with { $0[0] = "\"da\r\nte\",OT" }, 0), (Table.with { $0[0] = " date , OT " }, 0),
        (Table.with { $0.remove(at: 6) }, 1),
    ]

    @Test("Odd tables are read", arguments: accepted)
    func accepts(text: String, missing: Int) throws {
        let file = try SeriesFile(folder.write("odd.csv", text))
        let series = file.series[0]
        #expect(series.count == 10 && series.columns.map(\.name) == ["OT"])
        #expect(series.times[9].description == "2020-01-01 09:00:00")
        #expect(series.columns[0].values.count { $0.isNaN } == missing)
        let observed = series.columns[0].values.enumerated().filter { !$0.element.isNaN }
        #expect(observed.allSatisfy { $0.element == Double($0.offset) + 0.5 })
        // Only a time that is not there is worth a word.
        #expect(file.warnings == (series.gaps.isEmpty ? [] : ["1 step is missing after 2020-01-01 04:00:00"]))
        #expect(series.gaps.isEmpty == text.contains("05:00"))
    }

    @Test("A constant series is one, and files that are none are refused")
    func others() throws {
        let constant = Table.with { lines in lines = lines.map { $0.replacing(/,\d.5/, with: ",5") } }
        #expect(
            try SeriesFile(folder.write("constant.csv", constant)).series[0].columns[0].values
                == Array(repeating: 5, count: 10))
        let absent = try #require(throws: FileError.self) { try SeriesFile(folder.file("absent.csv")) }
        #expect(absent.kind == .unreadable)
        #expect(throws: FileError.self) { try SeriesFile(folder.path) }
        #expect(throws: FileError.self) { try SeriesFile("/dev/zero") }
    }
}
