import TesseraFiles
import TesseraSeries
import TestSupport
import Testing

/// Tables as other programs write them: columns without a name, separators, and what numbers look like.
@Suite struct ColumnTests {
    private let folder = TemporaryFolder()

    private func read(_ lines: [String], _ change: (inout SeriesFile.Options) -> Void = { _ in }) throws -> SeriesFile {
        var options = SeriesFile.Options()
        change(&options)
        return try SeriesFile(folder.write("table.csv", lines.joined(separator: "\n") + "\n"), options: options)
    }

    /// Ten days with a value each, surrounded by other cells.
    private func table(_ header: String, _ row: (Int, String) -> String) -> [String] {
        [header] + (0..<10).map { row($0, "2024-01-\($0 + 10),\($0).5") }
    }

    @Test(
        "Columns without a name and without values are left out",
        arguments: [("ds,y,", "", ","), (",ds,y", ",", ""), ("ds,y,,,", "", ",,,"), (",ds,y,\"\"", ",", ", ")])
    func empty(header: String, before: String, behind: String) throws {
        let file = try read(table(header) { before + $1 + behind })
        #expect(file.series[0].columns.map(\.name) == ["y"] && file.warnings.isEmpty)
        #expect(file.series[0].columns[0].values == (0..<10).map { Double($0) + 0.5 })
    }

    static let counts: [(String, @Sendable (Int) -> String)] = [
        ("", { "\($0)" }), ("", { "\($0 + 1)" }), ("\"\"", { "\"\($0 + 1)\"" }), ("", { "\($0 + 500)" }),
        ("Unnamed: 0", { "\($0)" }), ("", { "\($0 % 5)" }), ("", { "\($0 % 5 + 1)" }), ("", { "\($0 + $0 / 4)" }),
        ("", { "\($0).0" }),
    ]

    @Test("A column without a name that counts rows is left out with a warning", arguments: counts.indices)
    func index(_ place: Int) throws {
        let (name, number) = Self.counts[place]
        let lines = table("\(name),ds,y") { number($0) + "," + $1 }
        let file = try read(lines)
        #expect(file.series[0].columns.map(\.name) == ["y"])
        #expect(file.warnings.count == 1 && file.warnings[0].contains("counts rows: left out (--target"))
        let asked = try read(lines) { $0.valueColumns = [name == "\"\"" ? "" : name, "y"] }
        #expect(asked.series[0].columns.count == 2 && asked.warnings.isEmpty)
        #expect(asked.series[0].columns[0].values == (0..<10).map { Double(number($0).filter { $0 != "\"" }) ?? -1 })
    }

    @Test(
        "Other columns without a name are values",
        arguments: ["1.5", "-1", "12", ""].map { [$0] } + [["3", "9"], ["0", "10", "20", "30"]])
    func unnamedValues(values: [String]) throws {
        let lines = table(",ds,y") { (values == [""] && $0 > 0 ? "4" : values[$0 % values.count]) + "," + $1 }
        #expect(try read(lines).series[0].columns.map(\.name) == ["", "y"])
    }

    @Test("Rows that are counted are values where there are no others, and two columns without a name are told apart")
    func unnamedAlone() throws {
        let alone = try read(["ds,"] + (0..<9).map { "2024-01-0\($0 + 1),\($0)" })
        #expect(alone.series[0].columns[0].values.count == 9 && alone.warnings.isEmpty)
        let lines = table(",ds,y,") { "\($0),\($1),\(9 - $0)" }
        #expect(try read(lines).series[0].columns.map(\.name) == ["y", ""])
        let two = #expect(throws: FileError.self) { try read(table(",ds,y,") { "7,\($1),\(9 - $0)" }) }
        #expect(two?.description.contains("has two columns without a name (line 1, column 4)") == true)
        let asked = #expect(throws: FileError.self) { try read(lines) { $0.valueColumns = [""] } }
        #expect(asked?.cause == "has two columns without a name")
    }

    @Test(
        "The separator is that of a first line sep=, or the one that the header has most of",
        arguments: [
            ("sep=;", ";"), ("SEP=,", ","), ("\"sep=|\"", "|"), ("sep=\t", "\t"), ("sep=;;", ";"), ("sep=,\r", ","),
            (nil, "|"), (nil, ";"), (nil, "\t"),
        ])
    func separators(declaration: String?, separator: String) throws {
        var lines = table("ds,y") { $1 }.map { $0.replacing(",", with: separator) }
        if let declaration { lines.insert(declaration, at: 0) }
        #expect(try read(lines).series[0].columns[0].values.count == 10)
        lines[lines.count - 1] += "x"
        let error = #expect(throws: FileError.self) { try read(lines) }
        #expect(error?.place == "line \(lines.count), column 2, 'y'")
    }

    @Test(
        "Where blanks stand between columns, it is said what has to",
        arguments: [" ", "    "])
    func blanks(separator: String) {
        let lines = table("ds,y") { $1 }.map { $0.replacing(",", with: separator) }
        let error = #expect(throws: FileError.self) { try read(lines) }
        #expect(error?.cause.hasSuffix("between columns stands a comma, ';', '|' or a tab, not blanks") == true)
        #expect(error?.place == "line 1")
    }

    @Test(
        "Signs that word processors and locales write are read",
        arguments: [
            ("\u{2212}5.5", false, -5.5), ("\u{2212}1\u{A0}234.5", false, -1234.5),
            ("1\u{202F}234\u{202F}567", false, 1_234_567),
            ("1\u{2009}234,25", true, 1234.25), ("\u{A0}7\u{A0}", false, 7), ("1e\u{2212}3", false, 0.001),
            ("\u{2212}", false, .nan),
        ])
    func signs(cell: String, hasDecimalComma: Bool, value: Double) throws {
        let file = try read(["ds;y", "2024-01-01;\(cell)", "2024-01-02;1"]) { $0.hasDecimalComma = hasDecimalComma }
        let read = file.series[0].columns[0].values[0]
        #expect(read == value || read.isNaN && value.isNaN)
    }

    @Test(
        "Where no column has numbers, the first cell that is none is named, and what is odd about it",
        arguments: [
            ("$50.1", "'$50.1' is no number: it has a currency sign"), ("12,5 €", "it has a currency sign"),
            ("£7", "it has a currency sign"), ("5%", "it has a percent sign"), ("abc", "'abc' is no number"),
            ("1\u{A0}23", "is no number"),
        ])
    func noNumbers(cell: String, says: String) throws {
        let error = #expect(throws: FileError.self) { try read(["ds;y", "2024-01-01;", "2024-01-02;\(cell)"]) }
        #expect(error?.cause.hasPrefix("has no column of numbers beside that of times: ") == true)
        #expect(error?.cause.contains(says) == true && error?.place == "line 3, column 2, 'y'", "\(error as Any)")
        let named = #expect(throws: FileError.self) {
            try read(["ds;y", "2024-01-01;\(cell)"]) { $0.valueColumns = ["y"] }
        }
        #expect(named?.cause.contains(says) == true, "\(named as Any)")
    }

    @Test("A column that may be meant as numbers is left out beside others, with its cell")
    func meantAsNumbers() throws {
        let file = try read(["ds;price;y", "2024-01-01;$5;1", "2024-01-02;$6;2"])
        #expect(file.series[0].columns.map(\.name) == ["y"])
        let says = "the column 'price' holds text (line 2: '$5' is no number: it has a currency sign): left out"
        #expect(file.warnings == [says])
    }

    @Test(
        "Of a long table that nobody said is one, the column that tells series apart is named",
        arguments: [
            ("unique_id,ds,y", ["1,2024-01-01,5", "1,2024-01-02,6", "2,2024-01-01,7"], "unique_id"),
            ("unique_id,ds,y", ["1,2024-01-01,5", "2,2024-01-01,6", "1,2024-01-02,7"], "unique_id"),
            ("ds,y,place", ["2024-01-01,5,Ulm", "2024-01-02,6,Ulm", "2024-01-01,7,Bonn"], "place"),
            ("ds,y,place", ["2024-01-02,5,Ulm", "2024-01-02,6,Bonn"], "place"),
            (",ds,group,y", ["0,2024-01-01,1,5", "1,2024-01-02,1,6", "2,2024-01-01,2,7"], "group"),
            ("ds,fixed,group,y", ["2024-01-02,3,1,5", "2024-01-03,3,1,6", "2024-01-02,3,2,7"], "group"),
        ])
    func longTable(header: String, rows: [String], name: String) {
        let error = #expect(throws: FileError.self) { try read([header] + rows) }
        let advice = "; of a table of several series, name the column that tells them apart: --id '\(name)'"
        #expect(error?.cause.hasSuffix(advice) == true, "\(error as Any)")
        #expect(throws: Never.self) { try read([header] + rows) { $0.identifierColumn = name } }
    }

    @Test(
        "Tables that are in another order are not called long",
        arguments: [
            (["2024-01-05,5", "2024-01-04,6", "2024-01-03,7"], false),
            (["2024-01-05,5", "2024-01-06,6", "2024-01-05,7"], true),
            (["2024-01-01,5", "2024-01-02,6", "2024-01-04,7", "2024-01-03,1"], false),
        ])
    func otherOrder(rows: [String], isHinted: Bool) {
        let error = #expect(throws: FileError.self) { try read(["ds,y"] + rows) }
        #expect(error?.cause.contains("name the column that tells them apart") == isHinted)
        #expect(error?.cause.contains("--id") == false)
    }
}
