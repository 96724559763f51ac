package import TesseraFiles
package import TesseraImage
package import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// The folder of a detector that is being trained, in the hub's layout.
package struct ObjectDetectorFolder: Sendable {
    /// config.json, with the new labels.
    package let config: JSONObject
    /// The names, by index.
    package let labels: [String]
    /// What brings pictures to the form the model sees.
    package let processor: ImageProcessor
    /// Short sentences for the user about what the folder lacks that a training starts from; mostly none.
    package let warnings: [String]
    /// The checkpoint that training goes on from.
    private let source: (folder: ModelFolder, keepsLabels: Bool)?

    /// A new model.
    ///
    /// - Parameter path: of a config.json with the model's type and sizes; the labels in it do not count.
    /// - Throws: `FileError` naming the key.
    package init(config path: String, labels: [String]) throws(FileError) {
        let given = try JSONObject.read(path)
        try ObjectDetectorFolder.requireTrainable(given)
        config = try ObjectDetectorFolder.relabelled(given, labels)
        processor = .standard(YOLOS.imageProcessorClass, imageSize: 800)
        (self.labels, source, warnings) = (labels, nil, [])
    }

    /// A model whose weights come from a folder of the hub. What it names is new, unless it has these very labels.
    ///
    /// - Parameter labels: the names; where the checkpoint has the same ones, their order is the checkpoint's.
    /// - Throws: `FileError` naming the file and the key.
    package init(finetuning path: String, labels: [String]) throws(FileError) {
        let folder = try ModelFolder(path)
        let given = try folder.read("config.json")
        try ObjectDetectorFolder.requireTrainable(given)
        let known = try given.labels()
        let isSame = Set(known) == Set(labels) && known.count == labels.count
        self.labels = isSame ? known : labels
        config = try ObjectDetectorFolder.relabelled(given, self.labels)
        let settings = try ImageProcessor.published(
            folder, YOLOS.imageProcessorClass, modelType: YOLOS.modelType, imageSize: 800)
        (processor, warnings) = (settings.processor, settings.warnings)
        source = (folder, isSame)
    }

    /// What the training minimises: the weights that config.json gives.
    ///
    /// - Throws: `FileError` naming the key.
    package func loss() throws(FileError) -> DetectionLoss {
        var loss = DetectionLoss()
        func weight(_ key: String, _ standard: Float) throws(FileError) -> Float {
            Float(try config.number(key, in: 0...1e6, default: Double(standard)))
        }
        loss.labelCost = try weight("class_cost", loss.labelCost)
        loss.distanceCost = try weight("bbox_cost", loss.distanceCost)
        loss.overlapCost = try weight("giou_cost", loss.overlapCost)
        loss.distanceWeight = try weight("bbox_loss_coefficient", loss.distanceWeight)
        loss.overlapWeight = try weight("giou_loss_coefficient", loss.overlapWeight)
        loss.emptyWeight = try weight("eos_coefficient", loss.emptyWeight)
        return loss
    }

    /// The model before its training: from the checkpoint where there is one, and at random where there is none.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    package func initialModel(seed: UInt64) throws(FileError) -> Trainable<YOLOSNetwork> {
        var model = try YOLOS.network(config)
        if let source { try load(&model, source.folder, keepingLabels: source.keepsLabels) }
        var initializer = Initializer(deviation: 0.02, random: RandomGenerator(seed: seed))
        model.visitParameters(&initializer)
        return Trainable(model)
    }

    private func load(
        _ model: inout YOLOSNetwork, _ folder: ModelFolder, keepingLabels: Bool
    ) throws(FileError) {
        let checkpoint = try Checkpoint(folder)
        let last = "labelHead.layers.\(model.labelHead.layers.count - 1)."
        try model.load(
            from: checkpoint, names: YOLOS.names(of: model, in: checkpoint),
            skipping: keepingLabels ? [] : [last + "weight", last + "bias"]
        ) { _ in nil }
    }

    /// The names under which checkpoints hold our parameters.
    package func names(of model: YOLOSNetwork) -> TensorNames { YOLOS.names(of: model) }

    /// Writes preprocessor_config.json, config.json and model.safetensors, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be written.
    package func write(_ model: Trainable<YOLOSNetwork>, to folder: String) throws(FileError) {
        try processor.write(to: joinPath(folder, ObjectDetectorFolder.processorName))
        try YOLOS.write(model, config, to: folder)
    }

    /// The names of the files that `write` writes.
    package static let fileNames = hubFileNames + [processorName]
    private static let processorName = "preprocessor_config.json"

    /// - Throws: `FileError` naming the key where it is no detector, or one that is not trained here.
    private static func requireTrainable(_ config: JSONObject) throws(FileError) {
        let family = try detectionFamilies.family(of: config, acceptsAnyClass: true)
        guard family == YOLOS.self else {
            throw config.error("model_type", "\(family.modelType.quoted) is run here, but not trained")
        }
        guard try !config.boolean("auxiliary_loss", default: false) else {
            throw config.error("auxiliary_loss", "a loss of what leaves each block is not supported")
        }
    }

    private static func relabelled(_ config: JSONObject, _ labels: [String]) throws(FileError) -> JSONObject {
        try config.relabelled(labels, architecture: YOLOS.architectures[0], problemType: nil)
    }
}
