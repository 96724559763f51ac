public import TesseraFiles
public import TesseraLayers
public import TesseraTensor
internal import TesseraTransformer

/// The folder of a forecaster that is being trained, in the hub's layout.
///
/// ```swift
/// let folder = try ForecasterFolder(config: "config.json")
/// let model: Trainable<ChronosBolt> = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "sales")   // Forecaster and chronos-forecasting load it
/// ```
public struct ForecasterFolder: Sendable {
    /// config.json.
    public let config: JSONObject
    /// The checkpoint that training goes on from.
    private let source: ModelFolder?

    /// A new model.
    ///
    /// - Parameter path: of a config.json with the model's type and sizes.
    /// - Throws: `FileError` when it cannot be read.
    public init(config path: String) throws(FileError) { self.init(new: try JSONObject.read(path)) }

    /// A new model.
    ///
    /// - Parameter config: a config.json with the model's type and sizes.
    public init(new config: JSONObject) { (self.config, source) = (config, nil) }

    /// A model whose weights come from a folder of the hub.
    ///
    /// - Throws: `FileError` when it cannot be read.
    public init(finetuning folder: String) throws(FileError) {
        let folder = try ModelFolder(folder)
        (config, source) = (try folder.read("config.json"), folder)
    }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Parameter contexts: What a new model's batch normalisation takes its statistics from, `[batch, context length]`; nil
    ///   refuses such a model.
    /// - Throws: `FileError` naming the key, or the tensors that do not fit.
    public func initialModel<Model: TrainableForecaster>(
        seed: UInt64, calibratedOn contexts: Tensor? = nil
    ) throws(FileError) -> Trainable<Model> {
        try config.refuseUnsupportedModels()
        let type = try config.string("model_type")
        guard type == Model.modelType else {
            throw config.error("model_type", "\(type.quoted) is not \(Model.modelType.quoted)")
        }
        var model = try Model.network(config)
        if let source {
            let checkpoint = try Checkpoint(source)
            return try Model.trainable(model, from: checkpoint)
        }
        try model.initialize(config, random: RandomGenerator(seed: seed), contexts: contexts)
        return Trainable(model)
    }

    /// Writes config.json and model.safetensors, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write<Model: TrainableForecaster>(
        _ model: Trainable<Model>, to folder: String
    ) throws(FileError) {
        try Model.write(model, config, to: folder)
    }

    /// The names of the files that `write` writes.
    public static let fileNames = hubFileNames

    /// The family of the model.
    ///
    /// - Throws: `FileError` naming the key, also where models of the family cannot be trained.
    package func family() throws(FileError) -> any (SeriesModel & TrainableForecaster).Type {
        let family = try seriesFamilies.family(of: config)
        guard let trainable = family as? any (SeriesModel & TrainableForecaster).Type else {
            throw config.error("model_type", "models of type \(family.modelType) cannot be trained here")
        }
        return trainable
    }
}
