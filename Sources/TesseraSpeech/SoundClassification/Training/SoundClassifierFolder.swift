public import TesseraAudio
public import TesseraFiles
public import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// The folder of a classifier of sounds that is being trained, in the hub's layout: what goes into its files beside the weights.
///
/// ```swift
/// let folder = try SoundClassifierFolder(finetuning: "ast-finetuned-audioset", labels: ["blackbird", "thrush"])
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "birds")   // AudioClassifier and transformers load it
/// ```
public struct SoundClassifierFolder: Sendable {
    /// config.json, with the new labels.
    public let config: JSONObject
    /// What config.json says of the model, with the new labels.
    public let configuration: SpectrogramTransformerConfiguration
    /// How sounds are brought to the form that the model reads.
    public var settings: SpectrogramWindowSettings
    /// The checkpoint that training goes on from.
    private let source: (folder: ModelFolder, labels: [String])?

    private typealias Family = AudioSpectrogramTransformer

    /// A new model. Its spectrograms are to be normalised by what it learns from: see `LabelledClips.normalized`.
    ///
    /// - Parameter path: of a config.json with the model's type and sizes; the labels in it do not count.
    /// - Throws: `FileError` naming the key.
    public init(config path: String, labels: [String]) throws(FileError) {
        let given = try JSONObject.read(path)
        try SoundClassifierFolder.check(given)
        config = try given.relabelled(labels, architecture: Family.architectures[0])
        configuration = try SpectrogramTransformerConfiguration(config)
        (settings, source) = (configuration.windowSettings, nil)
    }

    /// A model whose weights come from a folder of the hub. Its head is a new one, unless it has these very labels.
    ///
    /// - Parameter labels: the names; where the checkpoint has the same ones, their order is the checkpoint's.
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String, labels: [String]) throws(FileError) {
        let folder = try ModelFolder(folder)
        let given = try folder.read("config.json")
        try SoundClassifierFolder.check(given)
        let known = try SpectrogramTransformerConfiguration(given).labels
        let isSame = Set(known) == Set(labels) && known.count == labels.count
        config = try given.relabelled(isSame ? known : labels, architecture: Family.architectures[0])
        configuration = try SpectrogramTransformerConfiguration(config)
        settings = try Family.settings(folder, for: configuration)
        source = (folder, known)
    }

    /// Whether there is no model yet that knows anything.
    public var isNew: Bool { source == nil }

    /// - Throws: `FileError` where no model of this kind is trained.
    private static func check(_ config: JSONObject) throws(FileError) {
        let family = try soundFamilies.family(of: config, acceptsAnyClass: true)
        guard family is Family.Type else {
            throw config.error("model_type", "\(family.modelType.quoted) is run here, but not trained")
        }
    }

    /// The names under which checkpoints hold our parameters.
    package var names: TensorNames { Family.names(of: SpectrogramTransformer(configuration)) }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<SpectrogramTransformer> {
        var model = SpectrogramTransformer(configuration)
        if let source {
            try Family.fill(
                &model, from: try Checkpoint(source.folder), keepingHead: source.labels == configuration.labels)
        }
        let random = RandomGenerator(seed: seed)
        var initializer = Initializer(deviation: 0.02, random: random)
        model.visitParameters(&initializer)
        if source == nil { model.initializeMimetically(random: random.part(-1)) }
        return Trainable(model)
    }

    /// Writes preprocessor_config.json, config.json and model.safetensors, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write(_ model: Trainable<SpectrogramTransformer>, to folder: String) throws(FileError) {
        try settings.write(to: joinPath(folder, SoundClassifierFolder.settingsName))
        try Family.write(model, config, to: folder)
    }

    /// The names of the files that `write` writes.
    public static let fileNames = hubFileNames + [settingsName]
    private static let settingsName = "preprocessor_config.json"
}

extension SpectrogramTransformer {
    /// Starts a model that no checkpoint fills where trained ones end up; see `Encoder.initializeMimetically`.
    fileprivate mutating func initializeMimetically(random: RandomGenerator) {
        encoder.initializeMimetically(random: random)
        let grid = configuration.grid
        positions = Encoder.mimeticPositions(
            leading: 2, rows: grid.rows, columns: grid.columns, hiddenSize: configuration.block.hiddenSize)
        patchEmbedding.initializeMimetically(random: random.part(-1))
    }
}
