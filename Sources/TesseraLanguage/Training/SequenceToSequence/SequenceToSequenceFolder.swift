public import TesseraFiles
public import TesseraLayers
internal import TesseraTensor
internal import TesseraText
public import TesseraTransformer

/// The folder of an encoder-decoder of texts that is being trained, in the hub's layout: what goes into its files beside the weights.
///
/// ```swift
/// let folder = try SequenceToSequenceFolder(finetuning: "opus-mt-de-en")
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "letters-de-en")   // Translator and transformers load it
/// ```
public struct SequenceToSequenceFolder: TextTrainingFolder {
    private let files: ModelFolder
    private let family: any SequenceToSequenceFamily.Type
    private let isNew: Bool
    let tokenizer: any TextTokenizer
    let settings: GenerationSettings
    /// How many tokens of a text are read or written at most.
    let contextLength: Int
    /// config.json.
    public let config: JSONObject

    /// A new model.
    ///
    /// - Parameter folder: config.json with its sizes, generation_config.json and the tokenizer's files: all of a model's folder but the
    ///   weights.
    /// - Throws: `FileError` naming the file and the key.
    public init(new folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: true) }

    /// A model whose weights come from a folder of the hub.
    ///
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: false) }

    private init(_ files: ModelFolder, isNew: Bool) throws(FileError) {
        (self.files, self.isNew) = (files, isNew)
        config = try files.read("config.json")
        family = try sequenceToSequenceFamilies.family(of: config)
        let decoder = try family.configuration(config, hasHead: false).decoder
        tokenizer = try files.textTokenizer(vocabularySize: decoder.vocabularySize, config)
        settings = try GenerationSettings(files, vocabularySize: decoder.vocabularySize)
        guard settings.startToken != nil else {
            throw config.error("decoder_start_token_id", "it must say what a text begins with")
        }
        contextLength = min(tokenizer.tokenLimit ?? 512, decoder.contextLength)
    }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<EncoderDecoder> {
        guard isNew else {
            let checkpoint = try Checkpoint(files)
            return try family.trainable(family.network(config, checkpoint), from: checkpoint)
        }
        var network = try family.network(config)
        var initializer = Initializer(
            deviation: { SequenceToSequenceFolder.deviation(of: $0, $1) }, random: RandomGenerator(seed: seed))
        network.visitParameters(&initializer)
        return Trainable(network)
    }

    /// As large as keeps the variance of what passes (Glorot & Bengio, 2010); a token's vector has a length of 1, as its table gives the
    /// logits too.
    private static func deviation(of role: ParameterRole, _ shape: [Int]) -> Float {
        let (rows, columns) = (Float(shape.first ?? 1), Float(shape.last ?? 1))
        return role.kind == .matrix ? (2 / (rows + columns)).squareRoot() : 1 / columns.squareRoot()
    }

    /// Writes the model's files, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    public func write(_ model: Trainable<EncoderDecoder>, to folder: String) throws(FileError) {
        try family.write(model, config, carryingOver: Self.companions, from: files, to: folder)
    }

    /// The names under which checkpoints hold our parameters.
    package func names(of network: EncoderDecoder) -> TensorNames { family.names(of: network) }

    package static var adapterTask: String? { "SEQ_2_SEQ_LM" }
    package static var partsBesideAdapters: [String] { [] }

    package func writeSettings(to folder: String) throws(FileError) {
        try family.writeSettings(config, carryingOver: Self.companions, from: files, to: folder)
    }

    /// The names of the files that `write` may write.
    public var fileNames: [String] { Self.companions + hubFileNames }

    private static let companions = ["generation_config.json"] + tokenizerFileNames
}
