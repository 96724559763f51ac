import TesseraCommands

/// What `forecast-series` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func forecastSeriesOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    ForecastSeries.outcome(parsing: arguments)
}
