public import TesseraSeries

/// The last value, again and again, as a random walk goes on: the error grows with the root of the steps (Hyndman &
/// Athanasopoulos, "Forecasting: principles and practice", 3rd ed., 5.5).
public struct Naive: Forecasting {
    public let name = "naive"

    /// The same for every series.
    public init() {}

    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double]
    ) throws(SeriesError) -> [Forecast] {
        try NormalForecast.forecasts(histories, quantileLevels) { history throws(SeriesError) in
            let last = try history.lastObserved()
            let deviation = NormalForecast.deviation(of: history.differences(lag: 1))
            var forecast = NormalForecast()
            for step in 0..<horizon {
                let distance = history.count + step - last
                forecast.append(history.values[last], deviation: deviation * Double(distance).squareRoot())
            }
            return forecast
        }
    }
}
