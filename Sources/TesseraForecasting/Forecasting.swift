public import TesseraSeries

/// What continues series: a model, or a baseline to compare it with.
public protocol Forecasting: Sendable {
    /// What it is called in a table.
    var name: String { get }

    /// Continues each history by `horizon` steps, many at once where that is faster.
    ///
    /// - Parameter quantileLevels: Each above 0 and below 1, in their order, none twice; they may be none.
    /// - Returns: A forecast for each history, in their order.
    /// - Throws: `SeriesError` when a history cannot be continued, and whatever else can go wrong.
    func forecast(_ histories: [History], horizon: Int, quantileLevels: [Double]) throws -> [Forecast]
}

extension Forecasting {
    /// Continues every column of a series.
    public func forecast(
        _ series: Series, horizon: Int, quantileLevels: [Double] = [0.1, 0.5, 0.9]
    ) throws -> [Forecast] {
        try forecast(series.histories, horizon: horizon, quantileLevels: quantileLevels)
    }
}
