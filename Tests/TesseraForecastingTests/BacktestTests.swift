import TesseraFiles
import TesseraForecasting
import TesseraSeries
import TestSupport
import Testing

@Suite struct BacktestTests {
    private let start = Timestamp("2024-01-01")

    private func series(_ values: [Double], _ unit: Frequency.Unit = .day) throws -> Series {
        try Series(values, named: "x", from: try #require(start), every: Frequency(unit))
    }

    @Test(
        "Windows end with the series, or begin where they are told to, and none is left out",
        arguments: [
            (RollingOrigins(horizon: 3, .windows(1)), 10, [7]),
            (RollingOrigins(horizon: 3, .windows(3)), 10, [1, 4, 7]),
            (RollingOrigins(horizon: 3, stride: 1, .windows(4)), 10, [4, 5, 6, 7]),
            (RollingOrigins(horizon: 4, stride: 2, .from(3)), 10, [3, 5]),
            (RollingOrigins(horizon: 4, stride: 1, .from(3)), 10, [3, 4, 5, 6]),
            (RollingOrigins(horizon: 9, stride: 1, .from(1)), 10, [1]),
            (RollingOrigins(horizon: 2, .last(0.5)), 11, [5, 7, 9]),
            (RollingOrigins(horizon: 3, .last(0.3)), 10, [7]),
            (RollingOrigins(horizon: 4, .last(1)), 10, [1, 5]),
        ])
    func origins(_ origins: RollingOrigins, count: Int, expected: [Int]) throws {
        #expect(try origins.origins(count: count) == expected)
    }

    @Test("The benchmark ETTh1 has 2,785 windows of 96 steps in its last 2,880 hours")
    func everyWindow() throws {
        let origins = try RollingOrigins(horizon: 96, stride: 1, .from(11_520)).origins(count: 14_400)
        #expect(origins.count == 2785 && origins.last == 14_400 - 96)
    }

    @Test(
        "Too short a series is refused, saying by how much",
        arguments: [
            (RollingOrigins(horizon: 10, .windows(1)), "1 fewer"), (RollingOrigins(horizon: 3, .windows(4)), "3 fewer"),
            (RollingOrigins(horizon: 3, .from(9)), "2 fewer"), (RollingOrigins(horizon: 3, .last(0.2)), "1 fewer"),
            (RollingOrigins(horizon: .max, .windows(2)), "far fewer"),
            (RollingOrigins(horizon: 2, .windows(.max)), "far fewer"),
        ])
    func tooShort(_ origins: RollingOrigins, says: String) throws {
        let error = #expect(throws: SeriesError.self) {
            try Backtest(origins).report([], on: [series([Double](repeating: 1, count: 10))])
        }
        #expect(error?.series == "x" && error?.cause.hasPrefix("has 10 values, \(says)") == true, "\(error as Any)")
    }

    @Test("Errors are those that utilsforecast and GluonTS find, to 1e-9")
    func reference() throws {
        let file = try JSONObject.read(Fixtures.ownPath("series/accuracy.json"))
        let name = try file.string("series")
        let fixture = try #require(BaselineFixture.all.first { $0.name == name })
        let origins = RollingOrigins(
            horizon: try file.integer("horizon", in: 1...100), stride: try file.integer("stride", in: 1...100),
            .windows(try file.integer("windows", in: 1...100)))
        let levels = try #require(try file.numbers("quantileLevels"))
        let report = try Backtest(origins, quantileLevels: levels).report(
            [Theta(), SeasonalNaive()], on: [fixture.series])
        #expect(report.rows.map(\.name) == ["seasonal naive", "theta"] && report.windowCount == 5)
        let accuracy = report.rows[0].accuracy
        for (key, value) in [
            ("mae", accuracy.meanAbsoluteError), ("mse", accuracy.meanSquaredError),
            ("mase", accuracy.meanAbsoluteScaledError), ("smape", accuracy.symmetricMeanAbsolutePercentageError),
            ("weightedQuantileLoss", accuracy.weightedQuantileLoss), ("coverage", accuracy.coverages[0].observed),
        ] {
            let expected = try file.number(key, in: 0...1e9)
            #expect(abs(value - expected) <= 1e-9 * expected, "\(key): \(value), not \(expected)")
        }
        #expect(accuracy.rootMeanSquaredError == accuracy.meanSquaredError.squareRoot())
        #expect(accuracy.coverages.map { ($0.expected * 100).rounded() } == [80, 60, 40, 20])
        #expect(report.relative[0] == (1, 1) && report.relative[1].scaledError < 1)
    }

    /// Whatever the history, the same forecast.
    private struct Constant: Forecasting {
        let name = "constant"
        let quantiles: [Double]

        func forecast(_ histories: [History], horizon: Int, quantileLevels: [Double]) throws -> [Forecast] {
            try histories.map {
                try Forecast(
                    continuing: $0, mean: [Double](repeating: 3, count: horizon), quantileLevels: quantileLevels,
                    quantiles: (0..<horizon).map { _ in quantiles })
            }
        }
    }

    @Test("Errors by hand: the mean for squares, the median for amounts, and missing values left out")
    func byHand() throws {
        let values: [Double] = [1, 2, 4, .nan, 0, 4, .nan, 2]
        let backtest = Backtest(
            RollingOrigins(horizon: 5, .windows(1)), quantileLevels: [0.25, 0.5, 0.75], seasonLength: 1)
        let report = try backtest.report([Constant(quantiles: [0, 2, 4])], on: [series(values)])
        let accuracy = report.rows[1].accuracy
        // What came is 0, 4, 2 after a history whose steps are 1 and 2.
        #expect(accuracy.windowCount == 1)
        #expect(abs(accuracy.meanAbsoluteError - 4.0 / 3) < 1e-12)
        #expect(abs(accuracy.meanSquaredError - 11.0 / 3) < 1e-12)
        #expect(abs(accuracy.meanAbsoluteScaledError - 4.0 / 3 / 1.5) < 1e-12)
        #expect(abs(accuracy.symmetricMeanAbsolutePercentageError - (2 + 4.0 / 6) / 3) < 1e-12)
        // Pinball losses: 0, 1, 0.5 at the level 0.25; 1, 1, 0 at 0.5; 1, 0, 0.5 at 0.75.
        #expect(abs(accuracy.weightedQuantileLoss - 2 * (1.5 + 2 + 1.5) / 3 / 6) < 1e-12)
        #expect(accuracy.coverages.map(\.expected) == [0.5] && accuracy.coverages.map(\.observed) == [1])
    }

    @Test("Windows are batched without a loss, whatever their count", arguments: [1, 255, 256, 257, 600])
    func batches(count: Int) throws {
        let values = (0..<count + 20).map { Double($0 % 5) }
        let backtest = Backtest(RollingOrigins(horizon: 1, stride: 1, .windows(count)), seasonLength: 5)
        let report = try backtest.report([Naive()], on: [series(values), series(values)])
        #expect(report.windowCount == 2 * count)
        #expect(report.rows.map(\.accuracy.windowCount) == [2 * count, 2 * count])
        #expect(report.rows[0].accuracy.meanAbsoluteError == 0 && report.rows[1].accuracy.meanAbsoluteError > 0.9)
    }

    @Test("The table puts forecasters beside seasonal naive, and a dash where there is nothing to say")
    func table() throws {
        let backtest = Backtest(RollingOrigins(horizon: 2, .windows(3)), quantileLevels: [0.1, 0.5, 0.9])
        let table = try backtest.report(
            [Constant(quantiles: [-10_000, 3, 10_000])], on: [series((0..<40).map { Double($0 % 7) + Double($0) })]
        )
        .description
        let lines = table.split(separator: "\n")
        #expect(lines.count == 4 && Set(lines.prefix(3).map(\.count)).count == 1, "\(table)")
        #expect(lines[0].hasSuffix("WQL  to s.n.  in 80 %"))
        #expect(
            lines[1].hasPrefix("seasonal naive  ") && lines[2].hasPrefix("constant        ")
                && lines[2].hasSuffix("100.0 %"))
        #expect(lines[3] == "3 windows of 2 steps; s.n. is seasonal naive")
        let flat = try backtest.report([Naive()], on: [series([Double](repeating: 0, count: 40))])
        #expect(flat.rows[1].accuracy.meanAbsoluteError == 0 && flat.rows[1].accuracy.meanAbsoluteScaledError.isNaN)
        #expect(flat.description.contains("–"))
    }
}
