import TesseraForecasting
import TesseraSeries
import Testing

@Suite struct ForecastBoundsTests {
    @Test(
        "Counts are whole numbers, none below zero, whatever is missing",
        arguments: [
            ([0, 1, 2], true), ([0, .nan, 7], true), ([0, 0], true), ([-1, 2], false), ([0.5, 1], false),
            ([.nan], false),
            ([1e15, 3], true),
        ] as [([Double], Bool)])
    func counts(values: [Double], holdsCounts: Bool) { #expect(history(values[...]).holdsCounts == holdsCounts) }

    @Test(
        "Counts are not forecast below zero unless it is asked for, and nothing beyond its bounds",
        arguments: [
            (ForecastBounds(), 0, .infinity, -.infinity, .infinity),
            (.none, -.infinity, .infinity, -.infinity, .infinity),
            (ForecastBounds(minimum: -1), -1, .infinity, -1, .infinity),
            (ForecastBounds(maximum: 1.5), 0, 1.5, -.infinity, 1.5),
            (ForecastBounds(minimum: 1, maximum: 2), 1, 2, 1, 2), (ForecastBounds(maximum: -3), -3, -3, -.infinity, -3),
        ] as [(ForecastBounds, Double, Double, Double, Double)])
    func ranges(_ bounds: ForecastBounds, countsFrom: Double, countsTo: Double, from: Double, to: Double) throws {
        let counts = history([0, 1, 0, 4, 0, 0, 1, 0, 9, 0])
        let others = history([0.5, -1, 3, -2, 0, 5, -9])
        #expect(bounds.range(of: counts) == countsFrom...countsTo && bounds.range(of: others) == from...to)
        let levels = [0.05, 0.5, 0.95]
        let free = try Drift().forecast([counts, others], horizon: 5, quantileLevels: levels)
        let bounded = try Drift().forecast([counts, others], horizon: 5, quantileLevels: levels, bounds: bounds)
        #expect(free[0].quantiles.contains { $0[0] < 0 })
        for (index, range) in [countsFrom...countsTo, from...to].enumerated() {
            for (free, bounded) in zip(free[index].quantiles.joined(), bounded[index].quantiles.joined()) {
                #expect(bounded == min(max(free, range.lowerBound), range.upperBound))
            }
            #expect(bounded[index].mean.allSatisfy(range.contains) && bounded[index].median.allSatisfy(range.contains))
            #expect(bounded[index].times == free[index].times)
        }
    }

    /// A forecast far below whatever the history was.
    private struct Pessimist: Forecasting {
        let name = "pessimist"

        func forecast(_ histories: [History], horizon: Int, quantileLevels: [Double]) throws -> [Forecast] {
            try histories.map { history in
                let row = quantileLevels.map { $0 - 100 }
                return try Forecast(
                    continuing: history, mean: [Double](repeating: -100, count: horizon),
                    quantileLevels: quantileLevels,
                    quantiles: [[Double]](repeating: row, count: horizon),
                    samplePaths: [[Double](repeating: -7, count: horizon)])
            }
        }
    }

    @Test("Sample paths are bounded too, and a backtest judges what is bounded")
    func paths() throws {
        let counts = history([3, 0, 2, 1, 4, 0, 2, 1])
        let forecast = try Pessimist().forecast([counts], horizon: 2, bounds: ForecastBounds())[0]
        #expect(forecast.samplePaths == [[0, 0]] && forecast.mean == [0, 0])
        let start = try #require(Timestamp("2024-01-01"))
        let series = try Series([3, 0, 2, 1, 4, 0, 2, 1], from: start, every: Frequency(.day))
        for (bounds, error) in [(ForecastBounds(), 1.5), (.none, 101.5)] {
            let backtest = Backtest(RollingOrigins(horizon: 2, .windows(1)), quantileLevels: [], bounds: bounds)
            let accuracy = try backtest.report([Pessimist()], on: [series]).rows[1].accuracy
            #expect(abs(accuracy.meanAbsoluteError - error) < 1e-12)
        }
    }

    @Test("A backtest without a value to compare with says so, and counts windows without one", arguments: [1, 2, 3])
    func missing(windows: Int) throws {
        let start = try #require(Timestamp("2024-01-01"))
        let values = (0..<10).map(Double.init) + [Double](repeating: .nan, count: 6)
        let backtest = Backtest(RollingOrigins(horizon: 3, .windows(windows)))
        let series = [try Series(values, from: start, every: Frequency(.day))]
        guard windows < 3 else {
            let report = try backtest.report([Naive()], on: series)
            #expect(report.windowCount == 3 && report.emptyWindowCount == 2)
            return
        }
        let error = #expect(throws: SeriesError.self) { try backtest.report([Naive()], on: series) }
        #expect(error?.cause.contains("nothing to compare with") == true)
    }
}
