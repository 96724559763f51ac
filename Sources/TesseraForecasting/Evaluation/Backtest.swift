public import TesseraSeries

/// What forecasters would have said in the past, beside what came: from each of several times on, each forecasts with the
/// values up to there (evaluation on a rolling origin). Seasonal naive is always among them.
///
/// ```swift
/// let backtest = Backtest(RollingOrigins(horizon: 24, .windows(10)))
/// print(try backtest.report([Theta(), Drift()], on: SeriesFile("load.csv").series))
/// ```
public struct Backtest: Sendable {
    /// From where on each window is forecast, and how far.
    public let origins: RollingOrigins
    /// The probabilities whose quantiles are forecast and judged, each between 0 and 1.
    public let quantileLevels: [Double]
    /// Between which values all forecasts stay; those of counts are judged by what is known of each window's history.
    public let bounds: ForecastBounds
    private let seasonLength: Int?
    /// How many windows are forecast at once.
    private static let batchSize = 256

    /// - Parameters:
    ///   - quantileLevels: As `Forecasting` takes them.
    ///   - seasonLength: In steps, of seasonal naive and of the scaled error; the frequency's where nil.
    ///   - bounds: Between which values all forecasts stay, those of baselines too.
    public init(
        _ origins: RollingOrigins, quantileLevels: [Double] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
        seasonLength: Int? = nil, bounds: ForecastBounds = .none
    ) {
        (self.origins, self.quantileLevels, self.seasonLength) = (origins, quantileLevels, seasonLength)
        self.bounds = bounds
    }

    /// Forecasts all windows of all columns, by seasonal naive and by those of `forecasters` that have another name.
    ///
    /// - Throws: `SeriesError` when a series is too short for the windows, or all values of all windows are missing, and what the
    ///   forecasters throw.
    public func report(_ forecasters: [any Forecasting], on series: [Series]) throws -> BacktestReport {
        let baseline = SeasonalNaive(seasonLength: seasonLength)
        let others = forecasters.filter { $0.name != baseline.name }
        let windows = try series.flatMap(\.histories).flatMap(windows)
        let emptyCount = windows.count { $0.actual.allSatisfy(\.isNaN) }
        guard emptyCount < windows.count else {
            let all = windows.count == 1 ? "the window" : "all \(windows.count) windows"
            throw SeriesError("the values of \(all) of the backtest are missing: there is nothing to compare with")
        }
        var rows: [BacktestReport.Row] = []
        for forecaster in [baseline] + others {
            rows.append(.init(name: forecaster.name, accuracy: try accuracy(of: forecaster, windows)))
        }
        return BacktestReport(
            horizon: origins.horizon, windowCount: windows.count, emptyWindowCount: emptyCount, rows: rows)
    }

    private struct Window {
        let history: History
        let actual: ArraySlice<Double>
        let scale: Double?
    }

    private func windows(_ whole: History) throws -> [Window] {
        let season = seasonLength ?? whole.times.frequency.seasonLength
        do throws(SeriesError) {
            return try origins.origins(count: whole.count).map { origin in
                let history = whole.first(origin)
                return Window(
                    history: history, actual: whole.values[origin..<origin + origins.horizon],
                    scale: ForecastAccuracy.seasonalScale(history, seasonLength: season))
            }
        } catch {
            throw SeriesError(error.cause, series: whole.name)
        }
    }

    private func accuracy(of forecaster: any Forecasting, _ windows: [Window]) throws -> ForecastAccuracy {
        var accuracy = ForecastAccuracy()
        for start in stride(from: 0, to: windows.count, by: Backtest.batchSize) {
            let batch = windows[start..<min(start + Backtest.batchSize, windows.count)]
            let forecasts = try forecaster.forecast(
                batch.map(\.history), horizon: origins.horizon, quantileLevels: quantileLevels, bounds: bounds)
            for (window, forecast) in zip(batch, forecasts) {
                accuracy.add(forecast, actual: window.actual, scale: window.scale)
            }
        }
        return accuracy
    }
}
