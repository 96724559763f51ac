public import TesseraSeries

/// Between which values forecasts stay, where what is forecast can take no others.
///
/// ```swift
/// let shares = try forecaster.forecast(histories, horizon: 12, bounds: ForecastBounds(minimum: 0, maximum: 100))
/// ```
public struct ForecastBounds: Sendable, Hashable {
    /// The least value; where nil, 0 of counts and none of others.
    public let minimum: Double?
    /// The largest value; none where nil.
    public let maximum: Double?

    /// Nothing is bounded, counts neither.
    public static let none = ForecastBounds(minimum: -.infinity)

    /// - Parameters:
    ///   - minimum: The least value; where nil, 0 of counts (see `History.holdsCounts`) and none of others.
    ///   - maximum: The largest value, not below `minimum`; none where nil.
    public init(minimum: Double? = nil, maximum: Double? = nil) {
        precondition(minimum ?? -.infinity <= maximum ?? .infinity, "a minimum is not above its maximum")
        (self.minimum, self.maximum) = (minimum, maximum)
    }

    /// The values that a forecast of a history may have.
    public func range(of history: History) -> ClosedRange<Double> {
        let maximum = maximum ?? .infinity
        return (minimum ?? (history.holdsCounts ? min(0, maximum) : -.infinity))...maximum
    }
}

extension History {
    /// Whether the values are counts: whole numbers, none below zero, those that are missing left aside.
    public var holdsCounts: Bool {
        let known = values.lazy.filter { !$0.isNaN }
        return !known.isEmpty && known.allSatisfy { $0 >= 0 && $0 == $0.rounded() }
    }
}

extension Forecast {
    /// The forecast with the nearest values of a range for its mean, quantiles and sample paths.
    public func clipped(to range: ClosedRange<Double>) -> Forecast {
        func clip(_ values: [Double]) -> [Double] {
            values.map { min(max($0, range.lowerBound), range.upperBound) }
        }
        var forecast = self
        forecast.mean = clip(mean)
        forecast.quantiles = quantiles.map(clip)
        forecast.samplePaths = samplePaths.map(clip)
        return forecast
    }
}

extension Forecasting {
    /// Continues each history by `horizon` steps, within bounds.
    ///
    /// - Returns: A forecast for each history, in their order.
    /// - Throws: As without bounds.
    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double] = [0.1, 0.5, 0.9], bounds: ForecastBounds
    ) throws -> [Forecast] {
        let forecasts = try forecast(histories, horizon: horizon, quantileLevels: quantileLevels)
        precondition(forecasts.count == histories.count, "\(name) makes a forecast for each history")
        return zip(forecasts, histories).map { $0.clipped(to: bounds.range(of: $1)) }
    }
}
