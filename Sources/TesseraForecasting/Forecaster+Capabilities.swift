internal import TesseraSeries

extension Forecaster {
    /// What a model may be able to do beyond expecting one value a step of one column; families differ in it.
    public enum Capability: String, Sendable, CaseIterable {
        /// Telling how sure it is, by quantiles.
        case quantiles
        /// Drawing ways a series may go.
        case samplePaths
        /// Reading columns that belong together as one; others forecast each for itself.
        case jointTargets
        /// Reading covariates that are known of the past.
        case pastCovariates
        /// Reading covariates that are known of the times to come as well.
        case futureCovariates
        /// Reading categories of a series as a whole.
        case categories
    }

    /// Refuses what the model cannot read.
    ///
    /// - Throws: `SeriesError` naming the model and the covariate or category.
    func check(_ input: ForecastInput, horizon: Int) throws(SeriesError) {
        for (capability, demand) in input.demands where !capabilities.contains(capability) {
            throw SeriesError("\(name) reads no \(capability.subject): \(demand)", series: input.targets[0].name)
        }
        try input.checkLengths(horizon: horizon)
    }
}

extension Forecaster.Capability {
    fileprivate var subject: String {
        switch self {
        case .pastCovariates: "past covariates"
        case .futureCovariates: "future covariates"
        default: rawValue
        }
    }
}
