/// A model that forecasts each column for itself, and reads nothing else.
package protocol UnivariateSeriesModel: SeriesModel {
    /// Continues each column by `horizon` steps; see `SeriesModel.predictions`.
    ///
    /// - Parameter contexts: The last values of some columns, NaN where one is missing, and at least one is not.
    /// - Returns: one for each column.
    func predictions(
        _ contexts: [ArraySlice<Double>], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [Prediction]
}

extension UnivariateSeriesModel {
    package func predictions(
        _ contexts: [SeriesContext], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [[Prediction]] {
        contexts.regrouped(
            predictions(contexts.columns, horizon: horizon, quantileLevels: quantileLevels, sampling: sampling))
    }
}
