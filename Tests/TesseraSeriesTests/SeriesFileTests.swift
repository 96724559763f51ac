import TesseraFiles
import TesseraSeries
import TestSupport
import Testing

@Suite struct SeriesFileTests {
    private let folder = TemporaryFolder()

    private func read(_ text: String, _ change: (inout SeriesFile.Options) -> Void = { _ in }) throws -> SeriesFile {
        var options = SeriesFile.Options()
        change(&options)
        return try SeriesFile(folder.write("table.csv", text), options: options)
    }

    @Test("A wide table is one series of its columns of numbers; others are left out with a warning")
    func wide() throws {
        let file = try read(
            """
            city,date,"a ""b"", c",n,empty
            Ulm,2024-01-01,1.5,-2e3,
            Bonn,2024-01-02,.5,NA,
            Köln,2024-01-03,+7.,1,

            """)
        #expect(file.warnings == ["the column 'city' holds text (line 2): left out"])
        let series = try #require(file.series.first)
        #expect(file.series.count == 1 && series.identifier == nil)
        #expect(series.columns.map(\.name) == ["a \"b\", c", "n", "empty"])
        #expect(series.columns[0].values == [1.5, 0.5, 7])
        #expect(series.columns[1].values[0] == -2000 && series.columns[1].values[1].isNaN)
        #expect(series.columns[2].values.allSatisfy { $0.isNaN })
        #expect(series.times.frequency == Frequency(.day) && series.times[0].description == "2024-01-01 00:00:00")
    }

    @Test("A long table is a series for each identifier, whose rows may be mixed")
    func long() throws {
        let text = """
            id,ds,y,z
            b,2024-01-01,1,10
            a,2023-01,5,50
            b,2024-01-02,2,20
            a,2023-02,6,60
            c,2020-05-05,9,90
            b,2024-01-04,3,30
            """
        let file = try read(text) { options in
            options.identifierColumn = "id"
            options.valueColumns = ["y"]
        }
        #expect(file.series.map(\.identifier) == ["b", "a", "c"])
        #expect(file.series.map { $0.times.frequency.description } == ["D", "MS", "M"])
        #expect(file.series.map(\.count) == [4, 2, 1])
        #expect(file.series.allSatisfy { $0.columns.map(\.name) == ["y"] })
        #expect(file.series[0].columns[0].values.filter { !$0.isNaN } == [1, 2, 3])
        #expect(file.warnings == ["b: 1 step is missing after 2024-01-02 00:00:00"])
        let both = try read(text) { options in
            options.identifierColumn = "id"
            options.frequency = Frequency(.day)
            options.timeColumn = "ds"
        }
        #expect(both.series.flatMap(\.histories).map(\.name) == ["b y", "b z", "a y", "a z", "c y", "c z"])
        #expect(both.series[1].count == 32 && both.warnings.count == 2)
    }

    @Test("Separators are found in the header, and decimal commas are read where they are asked for")
    func separators() throws {
        for separator in [",", ";", "\t"] {
            let file = try read("date\(separator)x\(separator)y\n2024-01-01\(separator)1.5\(separator)\n")
            #expect(file.series[0].columns[0].values == [1.5])
        }
        let german = try read("\r\nDatum;Wert\r\n2024-01-01;-0,25\r\n2024-01-02;1e3\r\n") { $0.hasDecimalComma = true }
        #expect(german.series[0].columns[0].values == [-0.25, 1000])
        let quoted = try read("date,x\n2024-01-01,\"0,5\"\n") { $0.hasDecimalComma = true }
        #expect(quoted.series[0].columns[0].values == [0.5])
        #expect(quoted.warnings == ["a single row tells no frequency: D is taken"])
    }

    @Test(
        "Times are found in columns of dates, and, under a name that tells of time, of years or seconds",
        arguments: [
            ("x,when\n1,2024-01-01\n2,2024-01-02\n", "2024-01-01 00:00:00", "D"),
            ("Month,x\n\"1949-01\",1\n\"1949-02\",2\n", "1949-01-01 00:00:00", "MS"),
            ("YEAR,x\n1949,1\n1950,2\n", "1949-01-01 00:00:00", "YS"),
            ("Timestamp,x\n1700000000,1\n1700003600,2\n", "2023-11-14 22:13:20", "h"),
            ("ds,x\n1700000000.25,1\n1700000000.5,2\n", "2023-11-14 22:13:20.25", "250ms"),
            ("date,x\n1990/1/1 0:00,1\n1990/1/2 0:00,2\n", "1990-01-01 00:00:00", "D"),
        ])
    func times(text: String, start: String, frequency: String) throws {
        let series = try read(text).series[0]
        #expect(series.columns.map(\.name) == ["x"])
        #expect(series.columns[0].values == [1, 2])
        #expect(series.times[0].description == start)
        #expect(series.times.frequency.description == frequency)
    }

    @Test(
        "Words for missing values",
        arguments: ["", " ", "NA", "nan", "NaN", "null", "NULL", "None", "n/a", "-", "\"\""])
    func missing(word: String) throws {
        let values = try read("date,x\n2024-01-01,1\n2024-01-02,\(word)\n").series[0].columns[0].values
        #expect(values[0] == 1 && values[1].isNaN)
    }

    @Test("Numbers are the nearest there are")
    func numbers() throws {
        var random = SplitMix(state: 3)
        var texts = ["0", "-0", "007", "1e308", "5e-324", "9007199254740993", "123456789012345678901234567890", "0.1"]
        for _ in 0..<2000 {
            let value = Double(bitPattern: random.next())
            if value.isFinite { texts.append("\(value)") }
            let digits = Int.random(in: 0...22, using: &random)
            texts.append(
                "\(random.next() >> UInt64.random(in: 0...63, using: &random)).\(String(repeating: "7", count: digits))"
            )
        }
        let rows = texts.enumerated().map { "\(1_000_000_000 + $0),\($1)\n" }
        let values = try read("time,x\n" + rows.joined()).series[0].columns[0].values
        let wrong = zip(values, texts).count { $0 != Double($1) }
        #expect(values.count == texts.count && wrong == 0)
    }

    @Test("Rows, quoted cells and line ends may lie across blocks, and are counted")
    func blocks() throws {
        let filler = String(repeating: "x\r\n", count: 7)
        var text = "\u{FEFF}date,note,x\r\n"
        for row in 0..<60_000 {
            text += "\(1_000_000_000 + row),\"\(filler)\(row % 3 == 0 ? "\"\"" : "\n\r")\",\(row)\r\n"
        }
        let file = try read(text)
        let values = file.series[0].columns.first?.values ?? []
        #expect(values.count == 60_000 && values.enumerated().allSatisfy { Double($0) == $1 })
        let error = #expect(throws: FileError.self) { try read(text + "1000060000,,x\n") }
        // Each row has 8 or, where its note ends with two line ends more, 10 lines.
        #expect(error?.place == "line \(2 + 20_000 * 8 + 40_000 * 10), column 3, 'x'")
    }

    @Test("A 10 MB line and 5,000 columns are read in little time")
    func large() throws {
        let line = "2024-01-01,\(String(repeating: "n", count: 10_000_000)),1"
        let (long, longTime) = try timed { try read("date,note,x\n\(line)\n2024-01-02,,2\n") }
        #expect(long.series[0].columns[0].values == [1, 2])
        let names = (0..<5000).map { "c\($0)" }.joined(separator: ",")
        let row = String(repeating: ",1", count: 5000)
        let (wide, wideTime) = try timed { try read("date,\(names)\n2024-01-01\(row)\n2024-01-02\(row)\n") }
        #expect(wide.series[0].columns.count == 5000)
        #expect(longTime + wideTime < .seconds(2))
    }

    @Test("Damaged tables are read or refused, and never more than that")
    func damage() throws {
        var random = SplitMix(state: 9)
        let tables = [
            "date,x,y\n2024-01-01,1,2\n2024-01-02,3,\n2024-01-04,\"4\",5\n",
            "id;ds;y\r\na;1700000000;0,5\r\nb;1700003600;1e5\r\na;1700007200;-7\r\n",
        ]
        for round in 0..<600 {
            var options = SeriesFile.Options()
            if round % 2 == 1 { (options.identifierColumn, options.hasDecimalComma) = ("id", true) }
            let path = folder.write("damaged.csv", random.mutated(Array(tables[round % 2].utf8)))
            do throws(FileError) {
                #expect(try SeriesFile(path, options: options).series.allSatisfy { $0.count <= 10_100 })
            } catch { #expect(error.path == path && error.kind == .badData, "\(error)") }
        }
    }
}
