import TesseraForecasting
import TesseraSeries

// swift-format-ignore
func readmeSeries() async throws {
    let forecaster = try Forecaster.shipped   // or Forecaster(folder: "chronos-bolt-tiny")
    let series = try SeriesFile("Samples/series/bicycle-rentals.csv").series
    for forecast in try forecaster.forecast(series[0], horizon: 24, quantileLevels: [0.1, 0.5, 0.9]) {
        for (time, quantiles) in zip(forecast.times, forecast.quantiles) { print(time, quantiles) }
    }
    let lastTenDays = Backtest(RollingOrigins(horizon: 24, .windows(10)))
    print(try lastTenDays.report([forecaster, Theta()], on: series))   // a table beside seasonal naive
}
