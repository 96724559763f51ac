public import TesseraSeries

/// The value one season before, of the last season that there is: the error grows with the root of the seasons (Hyndman &
/// Athanasopoulos, 5.5). Where a value is missing, that of an earlier season is taken, and where none has it, the last of all.
public struct SeasonalNaive: Forecasting {
    public let name = "seasonal naive"
    private let seasonLength: Int?

    /// - Parameter seasonLength: In steps; the frequency's where nil. With 1, it is `Naive`.
    public init(seasonLength: Int? = nil) {
        precondition(seasonLength ?? 1 >= 1, "a season has at least one step")
        self.seasonLength = seasonLength
    }

    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double]
    ) throws(SeriesError) -> [Forecast] {
        try NormalForecast.forecasts(histories, quantileLevels) { history throws(SeriesError) in
            let season = seasonLength ?? history.times.frequency.seasonLength
            let last = try history.lastObserved()
            let deviation = NormalForecast.deviation(of: history.differences(lag: season))
            var forecast = NormalForecast()
            for step in 0..<horizon {
                let place = history.count + step
                let candidates = stride(from: place - (step / season + 1) * season, through: 0, by: -season)
                let source = candidates.first { !history.values[$0].isNaN } ?? last
                let seasons = (place - source + season - 1) / season
                forecast.append(history.values[source], deviation: deviation * Double(seasons).squareRoot())
            }
            return forecast
        }
    }
}
