public import TesseraFiles
public import TesseraLayers
internal import TesseraTransformer

/// The folder of a transcriber that is being trained, in the hub's layout: what goes into its files beside the weights.
///
/// ```swift
/// let folder = try TranscriberFolder(finetuning: "whisper-tiny")
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "whisper-digits")   // Transcriber and transformers load it
/// ```
public struct TranscriberFolder: Sendable {
    /// The configuration and vocabulary that training data is made for.
    package let folder: SpeechFolder
    private let family: any TrainableSpeechModel.Type
    private let configuration: SpeechConfiguration
    private let isNew: Bool

    /// A new model.
    ///
    /// - Parameter folder: config.json with its sizes, preprocessor_config.json, generation_config.json and the tokenizer's
    ///   files: all of a model's folder but the weights.
    /// - Throws: `FileError` naming the file and the key.
    public init(new folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: true) }

    /// A model whose weights come from a folder of the hub.
    ///
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String) throws(FileError) {
        try self.init(ModelFolder(folder, acceptsFile: true), isNew: false)
    }

    private init(_ files: ModelFolder, isNew: Bool) throws(FileError) {
        folder = try SpeechFolder(files)
        family = try folder.trainableFamily()
        configuration = try family.configuration(folder.config)
        self.isNew = isNew
    }

    /// config.json.
    public var config: JSONObject { folder.config }

    /// The names under which checkpoints hold our parameters.
    package var names: TensorNames { family.names }

    /// How many positions the encoder makes of a window.
    public var positionCount: Int { configuration.encoderContextLength }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<SpeechTransformer> {
        var model = SpeechTransformer(configuration)
        guard isNew else {
            let checkpoint = try Checkpoint(folder.files)
            return try family.trainable(model, from: checkpoint)
        }
        try family.initialize(&model, folder.config, random: RandomGenerator(seed: seed))
        return Trainable(model)
    }

    /// Writes the model's files, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write(_ model: Trainable<SpeechTransformer>, to folder: String) throws(FileError) {
        try family.write(
            model, family.trainedConfiguration(config), carryingOver: family.companions, from: self.folder.files,
            to: folder)
    }

    /// The names of the files that `write` may write.
    public var fileNames: [String] { family.companions + hubFileNames }
}
