public import TesseraFiles
public import TesseraImage
public import TesseraTensor
public import TesseraTransformer

/// One label that a picture may have.
public typealias Prediction = TesseraTransformer.Prediction

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
/// Loaded once, it is a value to be shared between tasks: nothing in it changes. ViT, DeiT, DINOv2 and BEiT are supported, with a
/// classification head or, for embeddings and attention maps, without one.
public struct ImageClassifier: Sendable {
    /// The Transformer behind the classifier.
    public internal(set) var model: VisionTransformer
    /// What brings pictures to the form the model was trained on.
    public let processor: ImageProcessor

    /// What its folder is called, for errors.
    public let name: String
    /// In which weights are held and multiplied.
    public let precision: Precision
    /// With how many threads it computes.
    public let threads: Threads
    /// Pictures that many tasks have classified pass the model together.
    let gathering = Gathering<BatchKind, [RGBImage], Tensor>()
    /// Short sentences for the user about what its folder lacks; mostly none.
    public let warnings: [String]

    /// The labels' names, by index; none where the model has no classification head.
    public var labels: [String] { model.configuration.labels }

    /// Whether the model classifies; one without a head makes embeddings and attention maps alone.
    public var hasHead: Bool { model.configuration.hasHead }

    /// Loads config.json, the settings of the image processor and the weights.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    ///   - threads: with how many threads it computes.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false, threads: Threads = .current
    ) throws(FileError) {
        try self.init(ModelFolder(folder), precision: precision, allowNonFinite: allowNonFinite, threads: threads)
    }

    /// Loads the model of a folder that was found; its name is the folder's.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        _ folder: ModelFolder, precision: Precision = .float32, allowNonFinite: Bool = false,
        threads: Threads = .current
    ) throws(FileError) {
        (self.threads, self.precision) = (threads, precision)
        name = folder.name
        let config = try folder.read("config.json")
        let family = try visionFamilies.family(of: config)
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        model = try threads.run { () throws(FileError) in try family.load(config, checkpoint, precision) }
        let settings = try ImageProcessor.published(folder, family, model.configuration)
        (processor, warnings) = (settings.processor, settings.warnings)
    }

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { visionFamilies.modelTypes }

    /// The likeliest labels of one picture, best first.
    ///
    /// - Throws: `FileError` when the model has no classification head, or the processor's settings make the picture too large for
    ///   memory; `CancellationError` when the task is cancelled.
    public func classify(_ picture: RGBImage, topK: Int = 5) throws -> [Prediction] {
        try classify([picture], topK: topK)[0]
    }

    /// The likeliest labels of each picture, best first; some pictures at a time pass the model together.
    ///
    /// - Throws: `FileError` when the model has no classification head, or the processor's settings make pictures of different sizes, or
    ///   too large for memory; `CancellationError` when the task is cancelled.
    public func classify(_ pictures: [RGBImage], topK: Int = 5) throws -> [[Prediction]] {
        guard hasHead else {
            let advice = takesLabels ? ": its labels are given in words" : ""
            throw FileError(.badData, path: name, cause: "has no classification head" + advice)
        }
        return try inParts(pictures, model.logits).flatMap { predictions($0, topK: topK) }
    }

    /// An embedding of each picture, to compare pictures by or to train on, behind the encoder's last normalisation:
    ///
    /// | folder | embedding | size |
    /// |---|---|---|
    /// | with a head: ViT, DeiT | the class token | hidden |
    /// | with two heads: distilled DeiT | the class token, and behind it the distillation token | 2 · hidden |
    /// | with a head: DINOv2 | the class token, and behind it the mean of the patches | 2 · hidden |
    /// | `ViTModel`, `DeiTModel` | the class token through the pooler and tanh; as it is where the checkpoint has no pooler | hidden |
    /// | `Dinov2Model`, `DINOv3ViTModel` | the class token | hidden |
    /// | BEiT, also `BeitModel` | the normalised mean of the patches, or the class token, as config.json says | hidden |
    /// | Swin, also `SwinModel` | the mean of the last stage's tokens | the last stage's |
    /// | CLIP, SigLIP | the picture in the space that it shares with texts, of length 1 | the projection's |
    ///
    /// With a head it is what the head sees; without one, what transformers calls `pooler_output`.
    ///
    /// - Returns: `[batch, features]`
    /// - Throws: `FileError` when the processor's settings make pictures of different sizes, or too large for memory;
    ///   `CancellationError` when the task is cancelled.
    public func features(_ pictures: [RGBImage]) throws -> Tensor {
        let parts = try inParts(pictures)
        let values = parts.flatMap(\.values)
        return Tensor(shape: [pictures.count, values.count / max(1, pictures.count)], values)
    }

    /// The labels that logits stand for, best first.
    ///
    /// - Parameter logits: `[batch, labels]`
    public func predictions(_ logits: Tensor, topK: Int = 5) -> [[Prediction]] {
        logits.predictions(labels, model.configuration.scores, topK: topK)
    }
}
