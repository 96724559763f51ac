public import TesseraFiles
public import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// The folder of a detector of speech that is being trained.
///
/// ```swift
/// let folder = try DetectorFolder(config: "config.json")
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "detector")   // SpeechDetector loads it
/// ```
public struct DetectorFolder: Sendable {
    /// config.json.
    public let config: JSONObject
    /// The sizes in it.
    public let configuration: FrameClassifierConfiguration
    /// The checkpoint that training goes on from.
    private let source: ModelFolder?

    /// A new model.
    ///
    /// - Parameter path: of a config.json with the model's sizes.
    /// - Throws: `FileError` naming the key.
    public init(config path: String) throws(FileError) { try self.init(JSONObject.read(path), nil) }

    /// A model whose weights come from a folder.
    ///
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String) throws(FileError) {
        let folder = try ModelFolder(folder)
        try self.init(folder.read("config.json"), folder)
    }

    private init(_ config: JSONObject, _ source: ModelFolder?) throws(FileError) {
        (self.config, self.source) = (config, source)
        try SpeechDetector.check(config)
        configuration = try FrameClassifierConfiguration(config)
    }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<FrameClassifier> {
        var model = FrameClassifier(configuration)
        if let source {
            let checkpoint = try Checkpoint(source)
            return try Trainable(
                loading: model, from: checkpoint, names: FrameClassifier.names(of: model, in: checkpoint))
        }
        var initializer = Initializer(deviation: 0.02, random: RandomGenerator(seed: seed))
        model.visitParameters(&initializer)
        return Trainable(model)
    }

    /// Writes config.json and model.safetensors, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write(_ model: Trainable<FrameClassifier>, to folder: String) throws(FileError) {
        try FrameClassifier.write(model, config, to: folder)
    }

    /// The names of the files that `write` writes.
    public static let fileNames = hubFileNames
}
