import TesseraFiles
import TestSupport
import Testing

/// The errors that --backtest prints.
@Suite struct BacktestTests {
    private let folder = TemporaryFolder()
    private let names = ["seasonal naive", "theta", "naive", "drift"]

    private func table() -> String { folder.write("a.csv", Table(count: 240).text) }

    @Test("The table has a row a forecaster, seasonal naive first, and says what was counted")
    func text() throws {
        let outcome = try forecastSeries([table(), "--backtest", "3", "--horizon", "24", "--model", "theta"])
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0 && outcome.errors.isEmpty && lines.count == 6)
        #expect(lines[0].contains("MASE") && lines[5].hasPrefix("3 windows of 24 steps"))
        for (line, name) in zip(lines.dropFirst(), names) { #expect(line.hasPrefix(name)) }
    }

    @Test("CSV and JSON have the same errors: a day is higher by 1 than the one before")
    func formats() throws {
        let arguments = [table(), "--backtest", "3", "--horizon", "24", "--model", "theta"]
        let csv = try forecastSeries(arguments + ["--format", "csv"])
        let header = csv.output.split(separator: "\n")[0].split(separator: ",").map(String.init)
        #expect(rows(csv).map { $0[0] } == names && rows(csv).allSatisfy { $0.count == header.count })
        let json = try objects(try forecastSeries(arguments + ["--format", "json"]))
        #expect(json.count == 4)
        for (object, row) in zip(json, rows(csv)) {
            #expect(try object.string("forecaster") == row[0] && object.integer("windows", in: 3...3) == 3)
            for (name, text) in zip(header, row) where !["forecaster", "horizon", "windows"].contains(name) {
                let coverage = name.split(separator: "_")
                let value =
                    coverage[0] == "coverage"
                    ? try object.object("coverage")?.number(String(coverage[1]), in: 0...1)
                    : try object.number(name, in: 0...1e9)
                #expect(value == Double(text), "\(name)")
            }
        }
        for (name, value) in [("mae", 1.0), ("mase", 1), ("relative_mase", 1), ("relative_wql", 1)] {
            #expect(try json[0].number(name, in: 0...10) == value)
        }
    }

    @Test("Levels and the season are taken from the options")
    func options() throws {
        let outcome = try forecastSeries([
            table(), "--backtest", "2", "--format", "csv", "--quantiles", "0.05,0.95", "--season-length", "1",
        ])
        #expect(outcome.code == 0 && outcome.output.hasPrefix("forecaster,"))
        #expect(outcome.output.split(separator: "\n")[0].hasSuffix("relative_wql,coverage_0.9"))
        // With a season of one step, seasonal naive is naive.
        let rows = rows(outcome)
        #expect(rows[0].dropFirst() == rows[1].dropFirst() && rows[1][0] == "naive")
    }

    @Test("What has nothing to be divided by is empty, and null")
    func constant() throws {
        let path = folder.write("c.csv", Table { _ in "0" }.text)
        let csv = try forecastSeries([path, "--backtest", "1", "--format", "csv"])
        #expect(csv.code == 0 && csv.output.contains("seasonal naive,24,1,0,0,0,,,0,"), "\(csv.output)")
        let json = try forecastSeries([path, "--backtest", "1", "--format", "json"])
        #expect(json.code == 0 && json.output.contains("\"mase\": null"))
    }

    @Test("Too short a series is refused, saying by how much")
    func tooShort() throws {
        let path = table()
        let outcome = try forecastSeries([path, "--backtest", "10", "--horizon", "24"])
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors == "\(path): has 240 values, 1 fewer than the backtest needs (OT)\n")
    }
}
