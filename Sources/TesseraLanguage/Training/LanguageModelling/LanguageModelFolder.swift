public import TesseraFiles
public import TesseraLayers
internal import TesseraTensor
internal import TesseraText
public import TesseraTransformer

/// The folder of a language model that is being trained, in the hub's layout: what goes into its files beside the weights.
///
/// ```swift
/// let folder = try LanguageModelFolder(new: "characters")
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "shakespeare")   // TextCompleter and transformers load it
/// ```
public struct LanguageModelFolder: TextTrainingFolder {
    private let files: ModelFolder
    private let family: any LanguageModelFamily.Type
    private let tokenizer: any TextTokenizer
    private let isNew: Bool
    /// How many tokens the model reads at most.
    public let contextLength: Int
    /// config.json.
    public let config: JSONObject

    /// A new model.
    ///
    /// - Parameter folder: config.json with its sizes and the tokenizer's files: all of a model's folder but the weights.
    /// - Throws: `FileError` naming the file and the key.
    public init(new folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: true) }

    /// A model whose weights come from a folder of the hub.
    ///
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: false) }

    private init(_ files: ModelFolder, isNew: Bool) throws(FileError) {
        (self.files, self.isNew) = (files, isNew)
        config = try files.read("config.json")
        family = try languageModelFamilies.family(of: config, acceptsAnyClass: true)
        let sizes = try family.configuration(config)
        tokenizer = try files.textTokenizer(vocabularySize: sizes.vocabularySize, config)
        contextLength = sizes.contextLength
    }

    /// The `model_type`s of config.json that can be trained.
    public static var supportedModelTypes: [String] { languageModelFamilies.modelTypes }

    /// The tokens of a text, none around them.
    public func tokens(of text: String) -> [Int32] { tokenizer.encodeBare(text).ids }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<TokenDecoder> {
        let network = try family.network(config)
        guard isNew else { return try family.trainable(network, from: Checkpoint(files)) }
        let deviation = Float(try config.number("initializer_range", in: 1e-6...1, default: 0.02))
        return Trainable(initializing: network, deviation: deviation, random: RandomGenerator(seed: seed))
    }

    /// Writes the model's files, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write(_ model: Trainable<TokenDecoder>, to folder: String) throws(FileError) {
        try family.write(model, config, carryingOver: Self.companions, from: files, to: folder)
    }

    /// The names under which checkpoints hold our parameters.
    package func names(of network: TokenDecoder) -> TensorNames { family.names(of: network) }

    package static var adapterTask: String? { "CAUSAL_LM" }
    package static var partsBesideAdapters: [String] { [] }

    package func writeSettings(to folder: String) throws(FileError) {
        try family.writeSettings(config, carryingOver: Self.companions, from: files, to: folder)
    }

    /// The names of the files that `write` may write.
    public var fileNames: [String] { Self.companions + hubFileNames }

    private static let companions = ["generation_config.json"] + tokenizerFileNames
}
