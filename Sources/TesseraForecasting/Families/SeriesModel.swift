package import TesseraFiles
package import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// The model of a checkpoint, whatever its family: what a `Forecaster` runs. Its type is its family.
package protocol SeriesModel: PublishedFamily, Layer where Network == Self {
    /// What it can do beyond expecting one value a step of one column.
    var capabilities: Set<Forecaster.Capability> { get }
    /// How many of the last values it reads at most.
    var contextLength: Int { get }
    /// How many values it must have.
    var shortestContext: Int { get }
    /// How many steps it gives at once; beyond them it is rolled forward.
    var predictionLength: Int { get }

    /// Continues each context by `horizon` steps.
    ///
    /// - Parameters:
    ///   - contexts: As many as should pass the model together, all of one length.
    ///   - quantileLevels: Empty where the model gives no quantiles.
    ///   - sampling: Where sampled paths come from, so that a series' paths do not depend on those that it passes the model with.
    /// - Returns: `[contexts][targets]`
    func predictions(
        _ contexts: [SeriesContext], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [[Prediction]]
}

extension SeriesModel {
    /// Loads a model to be run.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    package init(_ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision) throws(FileError) {
        self = try Self.load(config, checkpoint, precision)
    }
}
