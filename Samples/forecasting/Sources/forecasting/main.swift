// Reads a table, sees how good forecasts of its last days would have been, and continues it:
//
//     swift run -c release --package-path Samples/forecasting forecasting Samples/series/bicycle-rentals.csv
//
// A folder of the hub, such as chronos-bolt-tiny, may follow; without one, the model that ships forecasts.
import TesseraForecasting
import TesseraSeries

let arguments = CommandLine.arguments.dropFirst()
guard (1...2).contains(arguments.count) else { fatalError("usage: forecasting SERIES.csv [MODEL]") }
let table = try SeriesFile(arguments[1])
let forecaster = arguments.count == 2 ? try Forecaster(folder: arguments[2]) : try Forecaster.shipped
for warning in table.warnings { print("note: \(warning)") }

// A day of hours, a week of days, a year of months.
let season = max(4, table.series[0].times.frequency.seasonLength)
let backtest = Backtest(RollingOrigins(horizon: season, .windows(10)))
print(try backtest.report([forecaster, Theta()], on: table.series))

for forecast in try table.series.flatMap({ try forecaster.forecast($0, horizon: season) }) {
    print("\n\(forecast.name), most likely and in 80 of 100 cases")
    for (step, time) in forecast.times.enumerated() {
        let quantiles = forecast.quantiles[step].map { Int($0.rounded()) }
        print("\(time)  \(quantiles[1])  \(quantiles[0]) to \(quantiles[2])")
    }
}
