internal import TesseraSeries

/// The model of a checkpoint, whatever its family: what a `Forecaster` runs.
protocol SeriesModel: Sendable {
    /// How many of the last values it reads at most.
    var contextLength: Int { get }
    /// How many values it must have.
    var shortestContext: Int { get }
    /// How many steps it gives at once; beyond them it is rolled forward.
    var predictionLength: Int { get }
    /// Whether it tells how sure it is; else it gives one value a step.
    var givesQuantiles: Bool { get }

    /// Continues each context by `horizon` steps.
    ///
    /// - Parameters:
    ///   - contexts: The last values of some series, NaN where one is missing: from `shortestContext` to `contextLength` of each,
    ///     at least one of them not missing. As many series as should pass the model together.
    ///   - quantileLevels: Empty where the model gives no quantiles.
    ///   - sampling: Where sampled paths come from, so that a series' paths do not depend on those that it passes the model with.
    func predictions(
        _ contexts: [ArraySlice<Double>], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [Prediction]

    /// The token by which the model is told how far apart the values of a series lie; 0 where it is not.
    func frequencyToken(of frequency: Frequency) -> Int
    /// The model as it forecasts series with that token.
    func reading(frequencyToken: Int) -> Self
}

extension SeriesModel {
    func frequencyToken(of frequency: Frequency) -> Int { 0 }
    func reading(frequencyToken: Int) -> Self { self }
}

/// What a model expects of one series.
struct Prediction: Sendable {
    /// `[horizon]`
    var mean: [Double]
    /// They may cross. `[horizon, levels]`
    var quantiles: [[Double]]
    /// Ways the series may go, where the model makes such. `[paths, horizon]`
    var samplePaths: [[Double]] = []
}

extension Prediction {
    /// That of a model without quantiles.
    init(mean: [Double]) { self.init(mean: mean, quantiles: Array(repeating: [], count: mean.count)) }
}

/// How paths are sampled, and where their random numbers come from.
struct PathSampling: Sendable {
    var seed: UInt64
    /// The numbers of the series in the whole call.
    var series: [Int]
    /// How many paths a series; as many as the model's configuration says where nil.
    var pathCount: Int?
    /// How flat the distributions become that paths are drawn from, 0 for the likeliest path alone; the
    /// configuration's where nil.
    var temperature: Float?
}
