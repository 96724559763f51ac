public import TesseraFiles
public import TesseraLayers
internal import TesseraText
internal import TesseraTransformer

/// The folder of a model of masked words that is being trained, in the hub's layout.
///
/// ```swift
/// let folder = try MaskedLanguageModelFolder(finetuning: "bert-base-uncased")
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "letters-bert")   // MaskedWordFiller and transformers load it
/// ```
public struct MaskedLanguageModelFolder: TextTrainingFolder {
    private let files: ModelFolder
    private let family: any TextEncoderFamily.Type
    let tokenizer: any TextTokenizer
    private let maskToken: Int32
    let tokenLimit: Int
    let vocabularySize: Int
    private let isNew: Bool
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
        family = try textEncoderFamilies.family(of: config)
        let configuration = try family.network(config).configuration
        guard case .words = configuration.head else {
            throw config.error("architectures", "the class has no head for masked words")
        }
        tokenizer = try files.textTokenizer(vocabularySize: configuration.vocabularySize, config)
        guard let maskToken = tokenizer.maskToken, Int(maskToken) < configuration.vocabularySize else {
            throw FileError(.badData, path: files.name, cause: "its tokenizer has no token for a masked word")
        }
        (self.maskToken, vocabularySize) = (maskToken, configuration.vocabularySize)
        tokenLimit = min(tokenizer.tokenLimit ?? configuration.contextLength, configuration.contextLength)
    }

    /// How many numbers a token has.
    var hiddenSize: Int {
        get throws(FileError) { try family.network(config).configuration.block.hiddenSize }
    }

    /// Texts to train on; their ends are left out where they are too long for the model.
    ///
    /// - Parameters:
    ///   - isMoved: whether each epoch hides other tokens; validation does not.
    ///   - seed: where the places come from.
    public func masked(_ texts: [String], isMoved: Bool, seed: UInt64) -> MaskedTexts {
        MaskedTexts(
            texts.compactMap { tokenizer.encode($0, limit: tokenLimit) }, maskToken: maskToken,
            vocabularySize: vocabularySize, isMoved: isMoved, seed: seed)
    }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<TextEncoder> {
        let network = try family.network(config)
        guard isNew else { return try family.trainable(network, from: Checkpoint(files)) }
        let deviation = Float(try config.number("initializer_range", in: 1e-6...1, default: 0.02))
        return Trainable(initializing: network, deviation: deviation, random: RandomGenerator(seed: seed))
    }

    /// Writes the model's files, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write(_ model: Trainable<TextEncoder>, to folder: String) throws(FileError) {
        try family.write(model, config, carryingOver: tokenizerFileNames, from: files, to: folder)
    }

    /// The names under which checkpoints hold our parameters.
    package func names(of network: TextEncoder) -> TensorNames { family.names(of: network) }

    package static var adapterTask: String? { nil }
    package static var partsBesideAdapters: [String] { [] }

    package func writeSettings(to folder: String) throws(FileError) {
        try family.writeSettings(config, carryingOver: tokenizerFileNames, from: files, to: folder)
    }

    /// The names of the files that `write` may write.
    public var fileNames: [String] { tokenizerFileNames + hubFileNames }
}
