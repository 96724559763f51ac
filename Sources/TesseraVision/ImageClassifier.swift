public import TesseraFiles
public import TesseraImage
public import TesseraTensor
internal import TesseraTransformer

/// One label that a picture may have.
public struct Prediction: Sendable, Equatable {
    /// The label's name in config.json.
    public let label: String
    /// The label's index.
    public let index: Int
    /// The model's probability for it, 0 … 1.
    public let score: Float
    /// What the score was computed from.
    public let logit: Float
}

/// Says what is in a picture, with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let classifier = try ImageClassifier(folder: "Models/vit-cifar10")
/// let picture = try RGBImage.read("cat.png").image
/// for prediction in try classifier.classify(picture) {
///     print(prediction.label, prediction.score)
/// }
/// ```
///
/// Loaded once, it is a value to be shared between tasks: nothing in it changes. ViT, DeiT, DINOv2 and BEiT are supported.
public struct ImageClassifier: Sendable {
    /// The Transformer behind the classifier.
    public let model: VisionTransformer
    /// What brings pictures to the form the model was trained on.
    public let processor: ImageProcessor

    /// The labels' names, by index.
    public var labels: [String] { model.configuration.labels }

    /// Loads config.json, preprocessor_config.json and the weights.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false
    ) throws(FileError) {
        let folder = try ModelFolder(folder)
        let config = try folder.read("config.json")
        let family = try visionFamilies.family(of: config)
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        model = try family.load(config, checkpoint, precision)
        processor = try ImageClassifier.processor(folder, family, model.configuration)
    }

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { visionFamilies.modelTypes }

    /// What preprocessor_config.json says, or, where there is none, what the family's class does by default.
    static func processor(
        _ folder: ModelFolder, _ family: any VisionFamily.Type, _ configuration: VisionConfiguration
    ) throws(FileError) -> ImageProcessor {
        let name = "preprocessor_config.json"
        guard !folder.contains(name) else {
            return try ImageProcessor(try folder.read(name), modelType: family.modelType)
        }
        let side = max(configuration.imageHeight, configuration.imageWidth)
        guard let standard = ImageProcessor.standard(modelType: family.modelType, imageSize: side) else {
            throw FileError(.unreadable, path: folder.path, cause: "there is no \(name), and no default for this model")
        }
        return standard
    }

    /// The likeliest labels of one picture, best first.
    ///
    /// - Throws: `FileError` when the processor's settings make the picture too large for memory.
    public func classify(_ picture: RGBImage, topK: Int = 5) throws(FileError) -> [Prediction] {
        try classify([picture], topK: topK)[0]
    }

    /// The likeliest labels of each picture, best first; the pictures pass the model together.
    ///
    /// - Throws: `FileError` when the processor's settings make pictures of different sizes, or too large for memory.
    public func classify(_ pictures: [RGBImage], topK: Int = 5) throws(FileError) -> [[Prediction]] {
        guard !pictures.isEmpty else { return [] }
        return predictions(model(try processor.pixelValues(pictures)), topK: topK)
    }

    /// What the classification head sees of each picture: an embedding to compare pictures by, or to train on.
    ///
    /// - Returns: `[batch, features]`
    /// - Throws: `FileError` when the processor's settings make pictures of different sizes, or too large for memory.
    public func features(_ pictures: [RGBImage]) throws(FileError) -> Tensor {
        model.features(of: try processor.pixelValues(pictures))
    }

    /// The labels that logits stand for, best first.
    ///
    /// - Parameter logits: `[batch, labels]`
    public func predictions(_ logits: Tensor, topK: Int = 5) -> [[Prediction]] {
        let scores = model.configuration.scores == .softmax ? logits.softmax() : logits.sigmoid()
        let count = labels.count
        return logits.withValues { logits in
            scores.withValues { scores in
                (0..<logits.count / count).map { item in
                    let row = item * count
                    let order = (0..<count).sorted { (logits[row + $0], $1) > (logits[row + $1], $0) }
                    return order.prefix(topK).map {
                        Prediction(label: labels[$0], index: $0, score: scores[row + $0], logit: logits[row + $0])
                    }
                }
            }
        }
    }
}
