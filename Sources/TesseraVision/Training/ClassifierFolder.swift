public import TesseraFiles
public import TesseraImage
public import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// The folder of a classifier that is being trained, in the hub's layout: what goes into its files beside the weights.
///
/// ```swift
/// let folder = try ClassifierFolder(finetuning: "Models/vit-cifar10", labels: ["circle", "square"])
/// let model = try folder.initialModel(seed: 1)
/// // … training …
/// try folder.write(model, to: "shapes")   // ImageClassifier and transformers load it
/// ```
public struct ClassifierFolder: Sendable {
    /// config.json, with the new labels.
    public let config: JSONObject
    /// What config.json says of the model, with the new labels.
    public let configuration: VisionConfiguration
    /// What brings pictures to the form the model sees.
    public let processor: ImageProcessor
    /// Short sentences for the user about what the folder lacks that a training starts from; mostly none.
    public let warnings: [String]
    private let family: any VisionFamily.Type
    /// The checkpoint that training goes on from.
    private let source: (folder: ModelFolder, labels: [String])?

    /// A new model.
    ///
    /// - Parameter path: of a config.json with the model's type and sizes; the labels in it do not count.
    /// - Throws: `FileError` naming the key.
    public init(config path: String, labels: [String]) throws(FileError) {
        let given = try JSONObject.read(path)
        family = try ClassifierFolder.family(of: given)
        config = try ClassifierFolder.relabelled(given, labels, family)
        configuration = try family.configuration(config)
        let side = max(configuration.imageHeight, configuration.imageWidth)
        processor = .standard(family.imageProcessorClass, imageSize: side)
        (source, warnings) = (nil, [])
    }

    /// A model whose weights come from a folder of the hub. Its head is a new one, unless it has these very labels.
    ///
    /// - Parameter labels: the names; where the checkpoint has the same ones, their order is the checkpoint's.
    /// - Throws: `FileError` naming the file and the key.
    public init(finetuning folder: String, labels: [String]) throws(FileError) {
        let folder = try ModelFolder(folder)
        let given = try folder.read("config.json")
        family = try ClassifierFolder.family(of: given)
        let known = try family.configuration(given).labels
        let isSame = Set(known) == Set(labels) && known.count == labels.count
        config = try ClassifierFolder.relabelled(given, isSame ? known : labels, family)
        configuration = try family.configuration(config)
        let settings = try ImageProcessor.published(folder, family, configuration)
        (processor, warnings) = (settings.processor, settings.warnings)
        source = (folder, known)
    }

    /// The family, if its models learn labels.
    private static func family(of config: JSONObject) throws(FileError) -> any VisionFamily.Type {
        let family = try visionFamilies.family(of: config, acceptsAnyClass: true)
        guard !family.classifiers.isEmpty else {
            throw config.error(
                "model_type",
                "\(family.modelType.quoted) has no class with a classification head: it is not trained to classify")
        }
        return family
    }

    /// The names under which checkpoints hold our parameters.
    package var names: TensorNames { family.names(configuration) }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    public func initialModel(seed: UInt64) throws(FileError) -> Trainable<VisionTransformer> {
        var model = VisionTransformer(configuration)
        if let source {
            try family.fill(
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
    public func write(_ model: Trainable<VisionTransformer>, to folder: String) throws(FileError) {
        try processor.write(to: joinPath(folder, ClassifierFolder.processorName))
        try family.write(model, config, to: folder)
    }

    /// The names of the files that `write` writes.
    public static let fileNames = hubFileNames + [processorName]
    private static let processorName = "preprocessor_config.json"

    /// The configuration with other labels, and with the class that has a head for them.
    private static func relabelled(
        _ config: JSONObject, _ labels: [String], _ family: any VisionFamily.Type
    ) throws(FileError) -> JSONObject {
        let kept = config.architectures.first(where: family.classifiers.contains) ?? family.classifiers[0]
        return try config.relabelled(labels, architecture: kept)
    }
}
