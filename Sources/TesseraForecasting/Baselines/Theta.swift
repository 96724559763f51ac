public import TesseraSeries

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The Theta method (Assimakopoulos & Nikolopoulos, 2000): the mean of the straight line through a series and of the
/// exponential smoothing of a series that bends twice as much; which is exponential smoothing with half the line's slope as
/// drift (Hyndman & Billah, "Unmasking the Theta method", 2003).
///
/// Where the season is significant, it is taken out first and put back in the end, by classical decomposition:
/// multiplicative, or additive where values are not all above 0. Missing values are filled by straight lines.
///
/// Quantiles take the errors for normal, with the variance that exponential smoothing has, `σ² (1 + (h − 1) α²)`.
public struct Theta: Forecasting {
    public let name = "theta"
    private let seasonLength: Int?

    /// - Parameter seasonLength: In steps; the frequency's where nil. 1 looks for no season.
    public init(seasonLength: Int? = nil) {
        precondition(seasonLength ?? 1 >= 1, "a season has at least one step")
        self.seasonLength = seasonLength
    }

    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double]
    ) throws(SeriesError) -> [Forecast] {
        try NormalForecast.forecasts(histories, quantileLevels) { history throws(SeriesError) in
            let values = try Theta.filled(history)
            let season = SeasonalDecomposition(
                values, seasonLength: seasonLength ?? history.times.frequency.seasonLength)
            var forecast = Theta.forecast(season?.adjusted(values) ?? values, horizon)
            if let season {
                for step in 0..<horizon {
                    let index = season[values.count + step]
                    forecast.mean[step] =
                        season.isMultiplicative ? forecast.mean[step] * index : forecast.mean[step] + index
                    if season.isMultiplicative { forecast.deviation[step] *= index }
                }
            }
            return forecast
        }
    }

    private static func forecast(_ values: [Double], _ horizon: Int) -> NormalForecast {
        let smoothing = ExponentialSmoothing(values)
        let drift = slope(values) / 2
        // How far the level lags behind the line after `count` values, in steps: (1 − (1 − α)ⁿ) / α, by functions that keep
        // their precision where α is small.
        func lag(_ count: Int) -> Double {
            guard smoothing.alpha > 1e-6 else { return Double(count) }
            return -expm1(Double(count) * log1p(-min(smoothing.alpha, 1 - 1e-15))) / smoothing.alpha
        }
        let errors = smoothing.errors.enumerated().map { $1 - drift * lag($0 + 1) }
        let deviation = NormalForecast.deviation(of: errors)
        let lastLag = lag(values.count)
        var forecast = NormalForecast()
        for step in 0..<horizon {
            let variance = 1 + Double(step) * smoothing.alpha * smoothing.alpha
            forecast.append(
                smoothing.level + drift * (Double(step) + lastLag), deviation: deviation * variance.squareRoot())
        }
        return forecast
    }

    /// Of the line through the values that the method of least squares finds.
    private static func slope(_ values: [Double]) -> Double {
        let centre = Double(values.count - 1) / 2
        let mean = values.reduce(0, +) / Double(values.count)
        var (products, squares) = (0.0, 0.0)
        for (index, value) in values.enumerated() {
            let distance = Double(index) - centre
            products += distance * (value - mean)
            squares += distance * distance
        }
        return squares > 0 ? products / squares : 0
    }

    /// Without what is missing before the first value; between two, straight lines; behind the last, its value.
    private static func filled(_ history: History) throws(SeriesError) -> [Double] {
        let last = try history.lastObserved()
        var values = Array(history.values.drop { $0.isNaN })
        var previous = 0
        for index in values.indices where !values[index].isNaN {
            let span = Double(index - previous)
            for gap in previous..<index where gap > previous {
                values[gap] = values[previous] + (values[index] - values[previous]) * Double(gap - previous) / span
            }
            previous = index
        }
        for index in values.indices.dropFirst(previous + 1) { values[index] = history.values[last] }
        return values
    }
}
