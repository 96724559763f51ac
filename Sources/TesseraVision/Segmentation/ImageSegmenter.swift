public import TesseraFiles
public import TesseraImage
public import TesseraTensor
internal import TesseraTransformer

/// Says of each pixel of a picture what it is part of, with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let segmenter = try ImageSegmenter(ModelFolder("segformer-b0-finetuned-ade-512-512"))
/// for part in try segmenter.segment(RGBImage.read("street.jpg").image).parts {
///     print(part.label, part.share)
/// }
/// ```
///
/// Loaded once, it is a value to be shared between tasks: nothing in it changes.
public struct ImageSegmenter: Sendable {
    /// The Transformer behind it.
    package let network: any SegmentationNetwork
    /// What brings pictures to the form the model was trained on.
    public let processor: ImageProcessor
    /// What its folder is called, for errors.
    public let name: String
    /// With how many threads it computes.
    public let threads: Threads
    /// Short sentences for the user about what its folder lacks; mostly none.
    public let warnings: [String]

    /// The labels' names, by index.
    public var labels: [String] { network.labels }

    /// Loads config.json, the settings of the image processor and the weights.
    ///
    /// - Parameters:
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    ///   - threads: with how many threads it computes.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        _ folder: ModelFolder, precision: Precision = .float32, allowNonFinite: Bool = false,
        threads: Threads = .current
    ) throws(FileError) {
        self.threads = threads
        name = folder.name
        let config = try folder.read("config.json")
        let family = try segmentationFamilies.family(of: config)
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        network = try threads.run { () throws(FileError) in try family.load(config, checkpoint, precision) }
        let settings = try ImageProcessor.published(
            folder, family.imageProcessorClass, modelType: family.modelType, imageSize: 512)
        (processor, warnings) = (settings.processor, settings.warnings)
    }

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { segmentationFamilies.modelTypes }

    /// What each pixel of a picture is part of, at the picture's own size: the model's logits are brought to it bilinearly.
    ///
    /// - Throws: `FileError` when the processor's settings make the picture too large, or too small for the model;
    ///   `CancellationError` when the task is cancelled.
    public func segment(_ picture: RGBImage) throws -> Segmentation {
        let prepared = try processor.prepared(picture)
        let side = min(prepared.image.width, prepared.image.height)
        guard side >= network.leastSide else {
            throw FileError(
                .badData, path: name,
                cause: "takes pictures of \(network.leastSide) pixels or more down and to the right, not \(side)")
        }
        let labelMap = try threads.run {
            try Cancellation.endingEarly {
                network(processor.pixelValues(prepared: [prepared]))
                    .bilinearLargest(rows: picture.height, columns: picture.width)
            }
        }
        return Segmentation(width: picture.width, height: picture.height, labelMap: labelMap, labels: labels)
    }
}
