public import TesseraSeries

/// A line from the first value through the last, as a random walk with drift goes on (Hyndman & Athanasopoulos, 5.5). A single
/// value is repeated.
public struct Drift: Forecasting {
    public let name = "drift"

    /// The same for every series.
    public init() {}

    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double]
    ) throws(SeriesError) -> [Forecast] {
        try NormalForecast.forecasts(histories, quantileLevels) { history throws(SeriesError) in
            let last = try history.lastObserved()
            let first = history.values.firstIndex { !$0.isNaN } ?? last
            let span = Double(max(1, last - first))
            let slope = (history.values[last] - history.values[first]) / span
            let errors = history.differences(lag: 1).map { $0 - slope }
            let deviation = NormalForecast.deviation(of: errors, parameterCount: 1)
            var forecast = NormalForecast()
            for step in 0..<horizon {
                let distance = Double(history.count + step - last)
                forecast.append(
                    history.values[last] + slope * distance,
                    deviation: deviation * (distance * (1 + distance / span)).squareRoot())
            }
            return forecast
        }
    }
}
