public import TesseraSeries

/// How far forecasts were from what came, over all windows that were added.
///
/// Values that are missing do not count. The square of the error is taken of the mean and its amount of the median, which
/// are what makes each of them least.
public struct ForecastAccuracy: Sendable {
    /// Windows in which there was something to compare.
    public private(set) var windowCount = 0
    private var count = 0.0
    private var absolute = 0.0
    private var squared = 0.0
    private var symmetric = 0.0
    private var scaled = 0.0
    private var scaledCount = 0.0
    private var magnitude = 0.0
    private var levels: [Double] = []
    /// For each level.
    private var quantileLosses: [Double] = []
    /// For each level, how many values were at most its quantile, and how many below it.
    private var atMost: [Double] = []
    private var below: [Double] = []

    /// Without any window yet.
    public init() {}

    /// Adds a window.
    ///
    /// - Parameters:
    ///   - actual: What came, one value for each step of the forecast.
    ///   - scale: `seasonalScale` of the history; nil where it has none.
    public mutating func add(_ forecast: Forecast, actual: ArraySlice<Double>, scale: Double?) {
        precondition(actual.count == forecast.mean.count, "a value for each step")
        if levels.isEmpty {
            levels = forecast.quantileLevels
            quantileLosses = levels.map { _ in 0 }
            (atMost, below) = (quantileLosses, quantileLosses)
        }
        precondition(levels == forecast.quantileLevels, "all forecasts have the same levels")
        var (windowError, windowValues) = (0.0, 0.0)
        for (step, (actual, median)) in zip(actual, forecast.median).enumerated() where !actual.isNaN {
            let error = abs(actual - median)
            windowError += error
            windowValues += 1
            magnitude += abs(actual)
            squared += (actual - forecast.mean[step]) * (actual - forecast.mean[step])
            if error > 0 { symmetric += 2 * error / (abs(actual) + abs(median)) }
            for (index, quantile) in forecast.quantiles[step].enumerated() {
                let difference = actual - quantile
                quantileLosses[index] += max(levels[index] * difference, (levels[index] - 1) * difference)
                if actual <= quantile { atMost[index] += 1 }
                if actual < quantile { below[index] += 1 }
            }
        }
        guard windowValues > 0 else { return }
        windowCount += 1
        count += windowValues
        absolute += windowError
        guard let scale, scale > 0 else { return }
        scaled += windowError / windowValues / scale
        scaledCount += 1
    }

    /// The mean absolute error. This and what follows is NaN where there is nothing to tell it from.
    public var meanAbsoluteError: Double { absolute / count }

    /// In the square of the values' unit.
    public var meanSquaredError: Double { squared / count }

    /// The root of `meanSquaredError`, in the values' unit.
    public var rootMeanSquaredError: Double { meanSquaredError.squareRoot() }

    /// The mean absolute error by that of forecasting each value of the history by the one a season before (Hyndman & Koehler,
    /// 2006), averaged over windows. Those whose history never changes, so that it cannot be divided by, do not count.
    public var meanAbsoluteScaledError: Double { scaled / scaledCount }

    /// The mean of `2 |y − ŷ| / (|y| + |ŷ|)`, from 0 to 2.
    public var symmetricMeanAbsolutePercentageError: Double { symmetric / count }

    /// Twice the quantile loss of all values by the sum of their amounts, averaged over the levels (as GluonTS and the Chronos
    /// papers have it).
    public var weightedQuantileLoss: Double {
        2 * quantileLosses.reduce(0, +) / Double(quantileLosses.count) / magnitude
    }

    /// How often values lay between two quantiles that are equally far from the median.
    public struct Coverage: Sendable {
        /// How often they should: 0.8 between the quantiles 0.1 and 0.9.
        public let expected: Double
        /// How often they did, as a share of the values that are known.
        public let observed: Double
    }

    /// For each pair of levels, the widest interval first.
    public var coverages: [Coverage] {
        (0..<levels.count / 2).compactMap { index in
            let opposite = levels.count - 1 - index
            guard abs(levels[index] + levels[opposite] - 1) < 1e-9 else { return nil }
            return Coverage(
                expected: levels[opposite] - levels[index], observed: (atMost[opposite] - below[index]) / count)
        }
    }

    /// The mean amount by which the values of a history differ from those a season before, or from those one step before where
    /// there is no whole season; nil where there is nothing to compare.
    public static func seasonalScale(_ history: History, seasonLength: Int) -> Double? {
        for lag in [seasonLength, 1] {
            let differences = history.differences(lag: lag)
            if !differences.isEmpty { return differences.reduce(0) { $0 + abs($1) } / Double(differences.count) }
        }
        return nil
    }
}
