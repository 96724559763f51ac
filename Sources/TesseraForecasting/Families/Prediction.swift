/// What a model expects of one series.
package struct Prediction: Sendable {
    /// `[horizon]`
    package var mean: [Double]
    /// They may cross. `[horizon, levels]`
    package var quantiles: [[Double]]
    /// Ways the series may go, where the model makes such. `[paths, horizon]`
    package var samplePaths: [[Double]] = []
}

extension Prediction {
    /// That of a model without quantiles.
    package init(mean: [Double]) { self.init(mean: mean, quantiles: Array(repeating: [], count: mean.count)) }
}

/// How paths are sampled, and where their random numbers come from.
package struct PathSampling: Sendable {
    package var seed: UInt64
    /// The numbers in the whole call of the columns, or of the series of a model that reads their columns together.
    package var series: [Int]
    /// How many paths a series; as many as the model's configuration says where nil.
    package var pathCount: Int?
    /// How flat the distributions become that paths are drawn from, 0 for the likeliest path alone; the
    /// configuration's where nil.
    package var temperature: Float?
}
