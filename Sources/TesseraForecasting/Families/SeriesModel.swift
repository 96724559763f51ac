package import TesseraFiles
package import TesseraLayers
package import TesseraSeries
package import TesseraTensor
package import TesseraTransformer

/// The model of a checkpoint, whatever its family: what a `Forecaster` runs. Its type is its family.
package protocol SeriesModel: PublishedFamily, Layer where Network == Self {
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
    /// Loads a model to be run.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    package init(_ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision) throws(FileError) {
        self = try Self.load(config, checkpoint, precision)
    }

    package func frequencyToken(of frequency: Frequency) -> Int { 0 }
    package func reading(frequencyToken: Int) -> Self { self }
}

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
    init(mean: [Double]) { self.init(mean: mean, quantiles: Array(repeating: [], count: mean.count)) }
}

/// How paths are sampled, and where their random numbers come from.
package struct PathSampling: Sendable {
    package var seed: UInt64
    /// The numbers of the series in the whole call.
    package var series: [Int]
    /// How many paths a series; as many as the model's configuration says where nil.
    package var pathCount: Int?
    /// How flat the distributions become that paths are drawn from, 0 for the likeliest path alone; the
    /// configuration's where nil.
    package var temperature: Float?
}
