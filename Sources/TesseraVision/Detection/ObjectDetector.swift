public import TesseraFiles
public import TesseraImage
public import TesseraTensor
internal import TesseraTransformer

/// Says what is where in a picture, with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let detector = try ObjectDetector(ModelFolder("yolos-tiny"))
/// for object in try detector.detect(RGBImage.read("street.jpg").image) {
///     print(object.label, object.score, object.box)
/// }
/// ```
///
/// Loaded once, it is a value to be shared between tasks: nothing in it changes.
public struct ObjectDetector: Sendable {
    /// The Transformer behind it.
    package private(set) var network: any DetectionNetwork
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
        let family = try detectionFamilies.family(of: config)
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        network = try threads.run { () throws(FileError) in try family.load(config, checkpoint, precision) }
        let settings = try ImageProcessor.published(
            folder, family.imageProcessorClass, modelType: family.modelType, imageSize: 800)
        (processor, warnings) = (settings.processor, settings.warnings)
    }

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { detectionFamilies.modelTypes }

    /// Whether it finds what is named, and nothing before (OWL-ViT).
    public var takesLabels: Bool { network is any LabelledDetectionNetwork }

    /// The same model, told what to find.
    ///
    /// - Parameters:
    ///   - labels: one at least.
    ///   - template: what is said of each, with `{}` where the label belongs.
    ///   - tower: the text tower of the same checkpoint.
    /// - Throws: `FileError` when the model has labels of its own; `CancellationError` when the task is cancelled.
    public func labelled(_ labels: [String], template: String = "{}", by tower: TextTower) throws -> ObjectDetector {
        guard var network = network as? any LabelledDetectionNetwork else {
            throw FileError(.badData, path: name, cause: "has labels of its own")
        }
        guard !labels.isEmpty else { throw FileError(.badData, path: name, cause: "there are no labels") }
        var copy = self
        network.take(labels, features: try tower.features(of: labels, template: template))
        copy.network = network
        return copy
    }

    /// What is where in a picture, best first; boxes are in its pixels.
    ///
    /// A picture passes the model alone: beside others of another size it would be padded, and come to other boxes.
    ///
    /// - Parameter threshold: objects whose score is not above it are left out.
    /// - Throws: `FileError` when the processor's settings make the picture too large; `CancellationError` when the task is cancelled.
    public func detect(_ picture: RGBImage, threshold: Float = 0.5) throws -> [DetectedObject] {
        guard !labels.isEmpty else { throw FileError(.badData, path: name, cause: "is not told what to find") }
        let prepared = try processor.prepared(picture)
        let output = try threads.run {
            try Cancellation.endingEarly { network(processor.pixelValues(prepared: [prepared])) }
        }
        return objects(output, width: picture.width, height: picture.height, threshold: threshold)
    }

    /// The objects of the first picture of a batch.
    private func objects(
        _ output: DetectionOutput, width: Int, height: Int, threshold: Float
    ) -> [DetectedObject] {
        let queries = output.logits.shape[1]
        let probabilities = network.scores == .softmax ? output.logits.softmax() : output.logits.sigmoid()
        let found = (0..<queries).compactMap { query -> DetectedObject? in
            let start = query * output.logits.shape[2]
            let scores = probabilities.withValues { Array($0[start..<start + labels.count]) }
            guard let best = scores.indices.max(by: { (scores[$0], $1) < (scores[$1], $0) }),
                scores[best] > threshold
            else { return nil }
            let box = output.boxes.withValues { Array($0[query * 4..<query * 4 + 4]) }
            return DetectedObject(
                label: labels[best], index: best, score: scores[best],
                box: BoundingBox(centred: box, width: Float(width), height: Float(height)))
        }
        return found.enumerated().sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }.map(
            \.element)
    }
}

extension BoundingBox {
    /// - Parameters:
    ///   - shares: centre x, centre y, width and height, as shares of the picture.
    ///   - width: the picture's.
    ///   - height: the picture's.
    fileprivate init(centred shares: [Float], width: Float, height: Float) {
        self.init(
            xmin: (shares[0] - 0.5 * shares[2]) * width, ymin: (shares[1] - 0.5 * shares[3]) * height,
            xmax: (shares[0] + 0.5 * shares[2]) * width, ymax: (shares[1] + 0.5 * shares[3]) * height)
    }
}
