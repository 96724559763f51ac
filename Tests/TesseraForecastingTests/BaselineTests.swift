import TesseraFiles
import TesseraForecasting
import TesseraSeries
import TestSupport
import Testing

/// A series and what other libraries forecast for it; Tests/Fixtures/make_series_fixtures.py wrote it.
struct BaselineFixture: Sendable, CustomTestStringConvertible {
    struct Expected: Sendable {
        let mean, deviation: [Double]
    }

    let name: String
    let series: Series
    let seasonLength: Int
    let naive, seasonalNaive, drift: Expected
    let theta: [Double]
    let isSeasonal: Bool
    var testDescription: String { name }

    static let all: [BaselineFixture] = {
        guard let file = try? JSONObject.read(Fixtures.ownPath("series/baselines.json")),
            let cases = try? file.objects("cases")
        else { return [] }
        return cases.compactMap { try? BaselineFixture($0) }
    }()

    private init(_ object: JSONObject) throws {
        func expected(_ key: String) throws -> Expected {
            let part = try #require(try object.object(key))
            return Expected(
                mean: try #require(try part.numbers("mean")), deviation: try part.numbers("deviation") ?? [])
        }
        name = try object.string("name")
        seasonLength = try object.integer("seasonLength", in: 1...24)
        let frequency = try #require(Frequency(try object.string("frequency")))
        series = try Series(
            try #require(try object.numbers("values")), from: try #require(Timestamp("2000-12-31")),
            every: Frequency(frequency.unit))
        (naive, seasonalNaive) = (try expected("naive"), try expected("seasonalNaive"))
        drift = try expected("drift")
        theta = try expected("theta").mean
        isSeasonal = try #require(try object.object("theta")).boolean("isSeasonal")
    }
}

/// The largest difference as a share of the largest expected value.
func relativeError(_ actual: [Double], _ expected: [Double]) -> Double {
    guard actual.count == expected.count else { return .infinity }
    let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    return error.isNaN ? .infinity : error / (expected.map(abs).max() ?? 1)
}

@Suite struct BaselineTests {
    @Test("The fixtures are there")
    func fixtures() { #expect(BaselineFixture.all.map(\.isSeasonal) == [true, true, false, false]) }

    @Test("Means and deviations are statsforecast's, to 1e-9", arguments: BaselineFixture.all)
    func statsforecast(_ fixture: BaselineFixture) throws {
        let forecasters: [(any Forecasting, BaselineFixture.Expected)] = [
            (Naive(), fixture.naive), (SeasonalNaive(seasonLength: fixture.seasonLength), fixture.seasonalNaive),
            (SeasonalNaive(), fixture.seasonalNaive), (Drift(), fixture.drift),
        ]
        for (forecaster, expected) in forecasters {
            let levels = [0.05, 0.5, 0.8]
            let forecast = try forecaster.forecast(fixture.series, horizon: 15, quantileLevels: levels)[0]
            #expect(relativeError(forecast.mean, expected.mean) < 1e-9)
            // The normal distribution's quantiles for those levels.
            for (index, score) in [-1.6448536269514722, 0, 0.8416212335729143].enumerated() {
                let quantiles = zip(expected.mean, expected.deviation).map { $0 + score * $1 }
                #expect(relativeError(forecast.quantiles.map { $0[index] }, quantiles) < 1e-9)
            }
            #expect(forecast.median == forecast.quantiles.map { $0[1] })
        }
    }

    @Test("Theta's means are statsmodels', to the precision of its optimiser, 1e-4", arguments: BaselineFixture.all)
    func statsmodels(_ fixture: BaselineFixture) throws {
        let forecast = try Theta().forecast(fixture.series, horizon: 15)[0]
        #expect(relativeError(forecast.mean, fixture.theta) < 1e-4)
        let widths = forecast.quantiles.map { $0[2] - $0[0] }
        #expect(widths.allSatisfy { $0 > 0 })
        // Of white noise around a line, the interval stays as wide as the noise is.
        let noise = try Series(
            (0..<400).map { Double($0) + Double(($0 * 7919) % 101) / 101 }, from: fixture.series.times[0],
            every: Frequency(.year))
        let straight = try Theta().forecast(noise, horizon: 3)[0]
        #expect(abs(straight.mean[0] - 400.5) < 0.5)
    }

    private func series(_ values: [Double], _ unit: Frequency.Unit = .day) throws -> Series {
        try Series(values, named: "x", from: try #require(Timestamp("2024-01-01")), every: Frequency(unit))
    }

    static let forecasters: [any Forecasting] = [Naive(), SeasonalNaive(), Drift(), Theta()]

    @Test("Constant and very short series are continued", arguments: [0, 1, 2, 3])
    func odd(index: Int) throws {
        let forecaster = Self.forecasters[index]
        for values in [[5], [5, 5], Array(repeating: 5, count: 100), [.nan, 5, .nan]] {
            let forecast = try forecaster.forecast(series(values), horizon: 20)[0]
            #expect(forecast.mean.count == 20 && forecast.times.count == 20)
            #expect(forecast.mean.allSatisfy { abs($0 - 5) < 1e-9 }, "\(forecaster.name)")
            #expect(forecast.quantiles.allSatisfy { $0.count == 3 && $0.allSatisfy { abs($0 - 5) < 1e-9 } })
        }
    }

    @Test("Nothing but missing values is refused, naming the series", arguments: [0, 1, 2, 3])
    func missing(index: Int) throws {
        #expect(throws: SeriesError("all 3 values are missing", series: "x")) {
            try Self.forecasters[index].forecast(series([.nan, .nan, .nan]), horizon: 1)
        }
        let late = try Series([1], from: try #require(Timestamp("9999-12-30")), every: Frequency(.day))
        #expect(throws: SeriesError.self) { try Self.forecasters[index].forecast(late, horizon: 2) }
    }

    @Test("Missing values are bridged as each method says")
    func bridged() throws {
        let values: [Double] = [1, 2, 3, 4, 5, 6, 7, 11, .nan, 13, 14, 15, 16, .nan]
        let naive = try Naive().forecast(series(values), horizon: 2)[0]
        #expect(naive.mean == [16, 16])
        let seasonal = try SeasonalNaive().forecast(series(values), horizon: 8)[0]
        #expect(seasonal.mean == [11, 2, 13, 14, 15, 16, 7, 11])
        // The second and the seventh day are taken from two seasons before, with more doubt: all seasonal differences are 10.
        let widths = seasonal.quantiles.map { ($0[2] - $0[0]) / 2 / 1.2815515655446004 }
        let seasons: [Double] = [1, 2, 1, 1, 1, 1, 2, 2]
        #expect(relativeError(widths, seasons.map { 10 * $0.squareRoot() }) < 1e-12)
        let drift = try Drift().forecast(series([.nan, 2, .nan, 6, .nan]), horizon: 2)[0]
        #expect(relativeError(drift.mean, [10, 12]) < 1e-12)
        let line = (0..<59).map { $0 % 7 == 3 ? Double.nan : Double($0) }
        let theta = try Theta(seasonLength: 1).forecast(series([.nan, .nan] + line), horizon: 3)[0]
        #expect(theta.mean.enumerated().allSatisfy { abs($1 - (58.5 + Double($0) / 2)) < 1e-4 })
    }

    @Test("Times follow the series, and every column is forecast")
    func columns() throws {
        let columns = [Series.Column("a", [1, 2]), Series.Column("b", [3, 4])]
        let months = try Series(
            "s", columns: columns, from: try #require(Timestamp("2023-12-31")), every: Frequency(.month))
        let forecasts = try Naive().forecast(months, horizon: 2, quantileLevels: [])
        #expect(forecasts.map(\.name) == ["s a", "s b"] && forecasts.map(\.mean) == [[2, 2], [4, 4]])
        #expect(forecasts[1].times.map(\.description) == ["2024-02-29 00:00:00", "2024-03-31 00:00:00"])
        #expect(forecasts[0].quantiles == [[], []] && forecasts[0].median == [2, 2])
    }

    @Test("Quantiles never cross")
    func crossing() throws {
        let history = try series([1, 2]).histories[0]
        let forecast = try Forecast(
            continuing: history, mean: [1, 1], quantileLevels: [0.1, 0.5, 0.9], quantiles: [[3, 1, 2], [1, 2, 3]])
        #expect(forecast.quantiles == [[1, 2, 3], [1, 2, 3]])
    }
}
