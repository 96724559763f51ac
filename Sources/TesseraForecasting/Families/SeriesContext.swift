package import TesseraSeries

/// What a model reads of one series: the end of what is known, from `shortestContext` to `contextLength` values of each column.
/// Models are given only what they declare to read.
package struct SeriesContext: Sendable {
    /// The columns to forecast, at least one; more of a model alone that reads them together. NaN where a value is missing, which not
    /// all of a column's are. `[targets][length]`
    package var targets: [ArraySlice<Double>]
    /// Columns of which the past is known. `[covariates][length]`
    package var pastCovariates: [ArraySlice<Double>] = []
    /// Columns of which the horizon is known as well. `[covariates][length + horizon]`
    package var futureCovariates: [ArraySlice<Double>] = []
    /// What is known of the series as a whole.
    package var categories: [ForecastInput.Category] = []
    /// How far apart the values lie.
    package var frequency: Frequency
}

extension [SeriesContext] {
    /// Every target of every context, one after the other.
    package var columns: [ArraySlice<Double>] { flatMap(\.targets) }

    /// What a model gave for each of `columns`, by contexts.
    package func regrouped(_ predictions: [Prediction]) -> [[Prediction]] {
        var rest = predictions[...]
        return map { context in
            defer { rest = rest.dropFirst(context.targets.count) }
            return [Prediction](rest.prefix(context.targets.count))
        }
    }
}
