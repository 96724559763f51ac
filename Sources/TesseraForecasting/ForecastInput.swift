public import TesseraSeries

/// What a forecast starts from: the past of columns that belong together, and what else is known.
///
/// ```swift
/// var input = try ForecastInput(targets: sales.histories)
/// input.futureCovariates = [.init("holiday", holidays)]   // of the past, and of the days to come
/// let forecasts = try forecaster.forecast([input], horizon: 28)[0]   // one for each target
/// ```
///
/// Families that know one column at a time forecast each target for itself. They read nothing else, and refuse by name what they are
/// given: see `Forecaster.capabilities`.
public struct ForecastInput: Sendable {
    /// What does not change with time: the shop that the sales are of.
    public struct Category: Sendable, Equatable {
        /// What it is about: `shop`.
        public let name: String
        /// What it says: `north`.
        public let value: String

        /// - Parameters:
        ///   - name: what it is about.
        ///   - value: what it says.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// The columns to forecast, at the same times.
    public let targets: [History]
    /// What was measured at the targets' times and is not known of those to come, NaN where a value is missing:
    /// `[covariates][times]`
    public var pastCovariates: [Series.Column] = []
    /// What is known of the targets' times and of those of the forecast: `[covariates][times + horizon]`
    public var futureCovariates: [Series.Column] = []
    /// What is known of the series as a whole.
    public var categories: [Category] = []

    /// One column.
    public init(_ target: History) { targets = [target] }

    /// Columns that belong together.
    ///
    /// - Throws: `SeriesError` when there are none, or their times differ.
    public init(targets: [History]) throws(SeriesError) {
        guard let first = targets.first else { throw SeriesError("there is nothing to forecast") }
        for target in targets where target.times != first.times {
            throw SeriesError("its times are not those of \(first.name)", series: target.name)
        }
        self.targets = targets
    }
}

extension ForecastInput {
    /// What a model must be able to do to read it, and what it is that asks for this.
    var demands: [(capability: Forecaster.Capability, name: String)] {
        pastCovariates.map { (.pastCovariates, $0.name) } + futureCovariates.map { (.futureCovariates, $0.name) }
            + categories.map { (.categories, $0.name) }
    }

    /// Refuses covariates that are not as long as they must be.
    ///
    /// - Throws: `SeriesError` naming the covariate.
    func checkLengths(horizon: Int) throws(SeriesError) {
        let count = targets[0].count
        let expected = pastCovariates.map { ($0, count) } + futureCovariates.map { ($0, count + horizon) }
        for (covariate, expected) in expected where covariate.values.count != expected {
            throw SeriesError(
                "the covariate \(covariate.name) has \(covariate.values.count) values instead of \(expected)",
                series: targets[0].name)
        }
    }
}
