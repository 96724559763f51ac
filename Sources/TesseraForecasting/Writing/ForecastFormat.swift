/// How forecasts, and the errors of a backtest, are written.
public enum ForecastFormat: String, Sendable, CaseIterable {
    /// A row a step, or a forecaster, with a header.
    case csv
    /// One array of all series, or forecasters, in their order.
    case json
}
