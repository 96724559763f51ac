public import TesseraFiles
public import TesseraLayers
internal import TesseraTensor
internal import TesseraText
internal import TesseraTransformer

/// The folder of a classifier of texts that is being trained, in the hub's layout: what goes into its files beside the weights.
///
/// ```swift
/// let folder = try TextClassifierFolder(finetuning: "all-MiniLM-L6-v2", labels: ["negative", "positive"])
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "sentiment")   // TextClassifier and transformers load it
/// ```
public struct TextClassifierFolder: TextTrainingFolder {
    /// config.json, with the new labels.
    public let config: JSONObject
    /// The labels' names, by index.
    public let labels: [String]
    private let files: ModelFolder
    private let family: any TextEncoderFamily.Type
    private let tokenizer: any TextTokenizer
    private let tokenLimit: Int
    /// Whether the weights come from the folder, and whether its head is for these labels.
    private let isNew, keepsHead: Bool

    /// A new model.
    ///
    /// - Parameters:
    ///   - folder: config.json with its sizes, and the tokenizer's files: all of a model's folder but the weights.
    ///   - labels: the names; those in config.json do not count.
    /// - Throws: `FileError` naming the file and the key.
    public init(new folder: String, labels: [String]) throws(FileError) {
        try self.init(ModelFolder(folder), labels, isNew: true)
    }

    /// A model whose weights come from a folder of the hub. Its head is a new one, unless it has these very labels.
    ///
    /// - Parameter labels: the names; where the checkpoint has the same ones, their order is the checkpoint's.
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String, labels: [String]) throws(FileError) {
        try self.init(ModelFolder(folder), labels, isNew: false)
    }

    private init(_ files: ModelFolder, _ labels: [String], isNew: Bool) throws(FileError) {
        let given = try files.read("config.json")
        family = try textEncoderFamilies.family(of: given, acceptsAnyClass: true)
        let classifier = try family.classifierClass(given)
        let isClassifier = given.architectures.contains(classifier)
        let known = isClassifier ? try given.labels() : []
        keepsHead = isClassifier && Set(known) == Set(labels) && known.count == labels.count
        self.labels = keepsHead ? known : labels
        config = try given.relabelled(self.labels, architecture: classifier)
        (self.files, self.isNew) = (files, isNew)
        let configuration = try family.network(config).configuration
        tokenizer = try files.textTokenizer(vocabularySize: configuration.vocabularySize, given)
        let contextLength = configuration.contextLength
        tokenLimit = min(tokenizer.tokenLimit ?? contextLength, contextLength)
    }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<TextEncoder> {
        var model = try family.network(config)
        if !isNew { try family.load(&model, try Checkpoint(files), keepingHead: keepsHead) }
        let deviation = Float(try config.number("initializer_range", in: 1e-6...1, default: 0.02))
        return Trainable(initializing: model, deviation: deviation, random: RandomGenerator(seed: seed))
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

    package static var adapterTask: String? { "SEQ_CLS" }
    package static var partsBesideAdapters: [String] { ["classifier", "pooler"] }

    package func writeSettings(to folder: String) throws(FileError) {
        try family.writeSettings(config, carryingOver: tokenizerFileNames, from: files, to: folder)
    }

    /// The names of the files that `write` may write.
    public var fileNames: [String] { tokenizerFileNames + hubFileNames }

    // MARK: What texts become

    func encode(_ text: LabelledText) throws(FileError) -> EncodedText {
        guard let encoded = tokenizer.encode(text.text, pair: text.pair, limit: tokenLimit) else {
            throw FileError(.badData, path: files.name, cause: "its tokenizer does not join two texts")
        }
        return encoded
    }

    func index(of label: String?) -> Int32 { label.flatMap(labels.firstIndex).map(Int32.init) ?? -1 }

    /// What a teacher makes of texts, logits in the order of the labels here.
    func logits(of texts: [LabelledText], by teacher: TextClassifier) throws -> [[Float]] {
        guard Set(teacher.labels) == Set(labels) else {
            let known = teacher.labels.joined(separator: ", ")
            throw FileError(.badData, path: files.name, cause: "the teacher has the labels \(known)")
        }
        let classified = try teacher.classify(
            texts.map(\.text), pairs: texts.map(\.pair), topK: labels.count)
        return classified.map { text in
            labels.map { label in text.predictions.first { $0.label == label }?.logit ?? 0 }
        }
    }
}

extension TextEncoderFamily {
    /// The class that classifies texts.
    ///
    /// - Throws: `FileError` where the family has none.
    fileprivate static func classifierClass(_ config: JSONObject) throws(FileError) -> String {
        guard let found = classes.first(where: { $0.head == .sequence }) else {
            throw config.error("model_type", "models of type \(modelType) do not classify texts")
        }
        return found.name
    }

    /// Fills the layers with a checkpoint's weights, save for those of a head that it does not have, or that is for other labels.
    fileprivate static func load(
        _ model: inout TextEncoder, _ checkpoint: Checkpoint, keepingHead: Bool
    ) throws(FileError) {
        var copy = model
        let names = names(of: model, in: checkpoint)
        let all = zip(model.parameterRoles, copy.takeParameters().names)
        let skipped = all.filter { role, name in
            let isAbsent = !names.sources(of: name).contains { checkpoint.contains($0.name) }
            return role.part == .head && (isAbsent || !keepingHead && name.hasPrefix("classifier."))
        }.map(\.1)
        try model.load(from: checkpoint, names: names, skipping: Set(skipped)) { _ in nil }
    }
}
