import TesseraFiles
import TestSupport
import Testing

/// Tables as spreadsheets, exchanges and pandas write them, and forecasts of what cannot be below zero.
@Suite struct TableTests {
    private let folder = TemporaryFolder()

    /// 40 days of which each is lower than the one before, down to zero.
    private var counts: String {
        folder.write("counts.csv", Table("date,OT", count: 100) { "\(max(0, 12 - $0 / 4))" }.text)
    }

    @Test func endingSeparatorsAndCountedRowsCostNothing() throws {
        let plain = Table()
        let expected = try forecastSeries([folder.write("a.csv", plain.text), "--horizon", "3"]).output
        var ended = plain
        ended.lines = plain.lines.map { $0 + "," }
        let outcome = try forecastSeries([folder.write("a.csv", ended.text), "--horizon", "3"])
        #expect(outcome.code == 0 && outcome.output == expected && outcome.errors.isEmpty, "\(outcome)")
        var counted = plain
        counted.lines = plain.lines.enumerated().map { ($0.offset == 0 ? "" : "\($0.offset - 1)") + "," + $0.element }
        let path = folder.write("a.csv", counted.text)
        let warned = try forecastSeries([path, "--horizon", "3"])
        let says = "column 1, which has no name, counts rows: left out (--target '' takes it)"
        #expect(warned.code == 0 && warned.output == expected && warned.errors == "\(path): \(says)\n", "\(warned)")
        let asked = try forecastSeries([path, "--horizon", "3", "--target", "", "--quiet"])
        #expect(asked.code == 0 && rows(asked).map { $0[0] } == ["", "", ""] && asked.errors.isEmpty, "\(asked)")
    }

    @Test(arguments: [
        ([], 0.0, Double.infinity), (["--minimum", "-2"], -2, .infinity), (["--minimum=-inf"], -.infinity, .infinity),
        (["--maximum", "-1"], -1, -1), (["--minimum", "0.5", "--maximum", "0.75"], 0.5, 0.75),
    ])
    func nothingIsForecastThatCannotBe(options: [String], minimum: Double, maximum: Double) throws {
        let arguments = [counts, "--horizon", "6", "--model", "drift"]
        let free = try forecastSeries(arguments + ["--minimum", "-inf"])
        let outcome = try forecastSeries(arguments + options)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(rows(free).contains { (Double($0[3]) ?? 0) < -0.1 })
        for (free, bounded) in zip(rows(free), rows(outcome)) {
            for (free, bounded) in zip(free[2...], bounded[2...]) {
                #expect(Double(bounded) == Double(free).map { min(max($0, minimum), maximum) })
            }
        }
    }

    @Test func backtestIsOfWhatIsForecast() throws {
        let arguments = [counts, "--model", "drift", "--backtest", "2", "--horizon", "12", "--format", "csv"]
        let bounded = try forecastSeries(arguments)
        let free = try forecastSeries(arguments + ["--minimum=-inf"])
        let errors = [bounded, free].map { rows($0).first { $0[0] == "drift" }?[3] ?? "" }.compactMap(Double.init)
        #expect(bounded.code == 0 && errors.count == 2 && errors[0] < errors[1], "\(errors)")
    }

    @Test func backtestWithoutValuesIsRefused() throws {
        let path = folder.write("missing.csv", Table(count: 96) { $0 < 72 ? "\($0 % 24)" : "" }.text)
        let arguments = [path, "--horizon", "12", "--backtest"]
        let none = try forecastSeries(arguments + ["2"])
        let cause = "the values of all 2 windows of the backtest are missing: there is nothing to compare with"
        #expect(none.code == 65 && none.output.isEmpty && none.errors == "\(path): \(cause)\n", "\(none)")
        let some = try forecastSeries(arguments + ["3", "--format", "csv"])
        #expect(some.code == 0 && some.errors.contains("2 of 3 windows of the backtest do not count"), "\(some)")
    }
}
