public import TesseraSeries

/// The last value, again and again, as a random walk goes on: the error grows with the root of the steps (Hyndman &
/// Athanasopoulos, "Forecasting: principles and practice", 3rd ed., 5.5).
public struct Naive: Forecasting {
    public let name = "naive"

    public init() {}

    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double]
    ) throws(SeriesError) -> [Forecast] {
        try forecasts(histories) { history throws(SeriesError) in
            let last = try history.lastObserved()
            let deviation = NormalForecast.deviation(of: history.differences(lag: 1))
            var forecast = NormalForecast()
            for step in 0..<horizon {
                let distance = history.count + step - last
                forecast.append(history.values[last], deviation: deviation * Double(distance).squareRoot())
            }
            return try forecast.forecast(continuing: history, quantileLevels: quantileLevels)
        }
    }
}

/// Makes the forecasts one after the other.
func forecasts(
    _ histories: [History], _ forecast: (History) throws(SeriesError) -> Forecast
) throws(SeriesError) -> [Forecast] {
    var forecasts: [Forecast] = []
    forecasts.reserveCapacity(histories.count)
    for history in histories { forecasts.append(try forecast(history)) }
    return forecasts
}
