package import TesseraFiles
package import TesseraImage
package import TesseraLayers
internal import TesseraTensor
internal import TesseraText
internal import TesseraTransformer

/// The folder of a model of two towers that is being trained, in the hub's layout.
package struct TwoTowerFolder: Sendable {
    /// config.json, as it was found.
    package let config: JSONObject
    /// What brings pictures to the form the model sees.
    package let processor: ImageProcessor
    /// Short sentences for the user about what the folder lacks; mostly none.
    package let warnings: [String]
    let tokenizer: TowerTokenizer
    private let files: ModelFolder
    private let family: TwoTowerFamily
    private let isNew: Bool

    /// A new model.
    ///
    /// - Parameter folder: all of a model's folder but the weights: config.json with its sizes, the tokenizer's files, and
    ///   preprocessor_config.json, where pictures are not to be as the family's published models have them.
    /// - Throws: `FileError` naming the file and the key.
    package init(new folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: true) }

    /// A model whose weights come from a folder of the hub.
    ///
    /// - Throws: `FileError` naming the file and the key.
    package init(finetuning folder: String) throws(FileError) { try self.init(ModelFolder(folder), isNew: false) }

    private init(_ files: ModelFolder, isNew: Bool) throws(FileError) {
        (self.files, self.isNew) = (files, isNew)
        config = try files.read("config.json")
        family = try twoTowerFamilies.family(of: config)
        for tower in ["vision_config", "text_config"] { try TwoTowerFolder.refuseDropout(config, tower) }
        let settings = try ImageProcessor.published(
            files, family.pictures, try family.pictures.configuration(config))
        (processor, warnings) = (settings.processor, isNew ? [] : settings.warnings)
        let texts = try family.texts.configuration(config)
        tokenizer = try TowerTokenizer(files, config, texts)
        if case .first(let end) = texts.pooling, try !tokenizer.encode("a").tokens.contains(end) {
            let tower = try config.tower("text_config", [], activation: "")
            throw tower.error("eos_token_id", "the tokenizer does not end texts with the token \(end)")
        }
    }

    /// The `model_type`s of config.json that are trained.
    package static var supportedModelTypes: [String] { twoTowerFamilies.modelTypes }

    /// What the training minimises.
    package var loss: ContrastiveLoss { family.loss }

    /// The model before its training: from the checkpoint where there is one, and else as the family's authors begin.
    ///
    /// - Throws: `FileError` naming the tensors that do not fit.
    package func initialModel(seed: UInt64) throws(FileError) -> Trainable<TwoTowerNetwork> {
        var model = TwoTowerNetwork(
            pictureTower: try family.pictures.network(config), textTower: try family.texts.network(config))
        guard isNew else {
            let checkpoint = try Checkpoint(files)
            model.pictureTower = try family.pictures.trainable(model.pictureTower, from: checkpoint).layers
            model.textTower = try family.texts.trainable(model.textTower, from: checkpoint).layers
            return Trainable(model)
        }
        let random = RandomGenerator(seed: seed)
        try family.initialize(&model, config, random)
        return Trainable(initializing: model, random: random.part(-1))
    }

    /// Writes the model's files, each of them atomically and the weights last.
    ///
    /// - Parameter folder: a folder that exists.
    /// - Throws: `FileError` when one cannot be read or written.
    package func write(_ model: Trainable<TwoTowerNetwork>, to folder: String) throws(FileError) {
        var layers = model.layers
        if let limit = loss.largestLogScale {
            layers.textTower.scoreScale = Tensor(shape: [1], [min(limit, layers.textTower.scoreScale.values[0])])
        }
        try processor.write(to: joinPath(folder, TwoTowerFolder.processorName))
        try family.texts.writeSettings(config, carryingOver: tokenizerFileNames, from: files, to: folder)
        let tensors =
            family.pictures.checkpointTensors(of: Trainable(layers.pictureTower))
            + family.texts.checkpointTensors(of: Trainable(layers.textTower))
        try writeWeights(tensors, to: folder)
    }

    /// The names under which checkpoints hold the parameters of each tower.
    package func names(of model: TwoTowerNetwork) -> (pictures: TensorNames, texts: TensorNames) {
        (family.pictures.names(of: model.pictureTower), family.texts.names(of: model.textTower))
    }

    /// The names of the files that `write` may write.
    package static let fileNames = tokenizerFileNames + hubFileNames + [processorName]
    private static let processorName = "preprocessor_config.json"

    private static func refuseDropout(_ config: JSONObject, _ tower: String) throws(FileError) {
        let settings = try config.tower(tower, [], activation: "")
        for key in ["attention_dropout", "dropout"] where try settings.number(key, in: 0...1, default: 0) > 0 {
            throw settings.error(key, "a training that leaves something out at random is not supported: it must be 0")
        }
    }
}
