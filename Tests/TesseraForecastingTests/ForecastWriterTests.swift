import TesseraFiles
import TesseraForecasting
import TesseraSeries
import Testing

@Suite struct ForecastWriterTests {
    private let levels = [0.1, 0.5]

    private func series(_ values: [Double], named name: String) throws -> Series {
        let start = try #require(Timestamp("2020-12-30"))
        return try Series(values, named: name, from: start, every: Frequency(.day))
    }

    /// Two steps of two series; a third of 1, and a difference with noise in it.
    private func forecasts() throws -> [Forecast] {
        try ["a", "b,c"].map { name in
            try Forecast(
                continuing: series([1, 2, 3], named: name).histories[0], mean: [1.0 / 3, 16], quantileLevels: levels,
                quantiles: [[0.3 - 0.1, 0.5], [-1e-7, 1e6]])
        }
    }

    @Test func rowsFollowOneHeader() throws {
        var writer = ForecastWriter(.csv, quantileLevels: levels)
        let times = try forecasts()[0].times.map(\.description)
        let rows = ["0.3333333,0.2,0.5\n", "16,-1e-07,1000000\n"]
        let a = "a,\(times[0]),\(rows[0])a,\(times[1]),\(rows[1])"
        let b = a.replacing("a,", with: "\"b,c\",")
        #expect(try writer.text(for: []).isEmpty)
        #expect(try writer.text(for: forecasts()) == "id,time,mean,0.1,0.5\n" + a + b)
        #expect(try writer.text(for: forecasts().dropLast()) == a)
        #expect(writer.finish().isEmpty)
    }

    @Test func objectsStandInOneArray() throws {
        var writer = ForecastWriter(.json, quantileLevels: levels)
        for forecast in try forecasts() { #expect(try writer.text(for: [forecast]).isEmpty) }
        let times = try forecasts()[0].times.map(\.description)
        let steps = [
            #"{"time": "\#(times[0])", "mean": 0.3333333, "values": [0.2, 0.5]}"#,
            #"{"time": "\#(times[1])", "mean": 16.0, "values": [-1e-07, 1000000.0]}"#,
        ].joined(separator: ", ")
        let objects = ["a", "b,c"].map { #"{"id": "\#($0)", "quantiles": [0.1, 0.5], "forecast": [\#(steps)]}"# }
        #expect(writer.finish() == "[\n  " + objects.joined(separator: ",\n  ") + "\n]\n")
    }

    @Test(arguments: ForecastFormat.allCases)
    func withoutSeriesNothingIsWritten(format: ForecastFormat) throws {
        var writer = ForecastWriter(format, quantileLevels: levels)
        #expect(try writer.text(for: []).isEmpty && writer.finish().isEmpty)
    }

    @Test func whatJSONCannotExpressIsRefused() throws {
        var writer = ForecastWriter(.json, quantileLevels: [])
        let forecast = try Forecast(
            continuing: series([1, 2, 3], named: "a").histories[0], mean: [.nan], quantileLevels: [], quantiles: [[]])
        let error = #expect(throws: FileError.self) { try writer.text(for: [forecast]) }
        #expect(error?.path == "a")
    }

    /// A column that never moves has no scaled errors: nothing to divide by.
    @Test func reportsLeaveOutWhatIsUnknown() throws {
        let flat = try series([Double](repeating: 1, count: 20), named: "flat")
        let report = try Backtest(RollingOrigins(horizon: 2, .windows(3)), quantileLevels: levels, seasonLength: 1)
            .report([Naive()], on: [flat])
        let rows = report.text(as: .csv).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(rows.map(\.count) == [rows[0].count, rows[0].count, rows[0].count])
        let columns = Dictionary(uniqueKeysWithValues: zip(rows[0], rows[2]))
        #expect(columns["forecaster"] == "naive" && columns["horizon"] == "2" && columns["windows"] == "3")
        #expect(columns["mae"] == "0" && columns["mase"] == "")
        let array = Array(#"{"all": \#(report.text(as: .json))}"#.utf8)
        let objects = try JSONObject(bytes: array, path: "a").objects("all")
        #expect(try objects.map { try $0.string("forecaster") } == rows.dropFirst().map { String($0[0]) })
        #expect(objects[1].keys == rows[0].map(String.init).filter { !$0.hasPrefix("coverage") } + ["coverage"])
        #expect(objects[1].members.first { $0.name == "mase" }.map { "\($0.value)" } == "null")
    }
}
