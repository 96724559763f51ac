import ArgumentParser
import TesseraFiles
import TesseraForecasting
import TesseraLanguage
import TesseraModels
import TesseraSpeech
import TesseraVision

/// What model a training begins with.
struct StartOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Train a new model with the sizes in this config.json of the hub.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Train on from a model: a folder, the name of a model that ships, or OWNER/NAME from the hub's cache.",
            valueName: "model"))
    var from: String?

    func validate() throws {
        guard (config == nil) != (from == nil) else {
            throw ValidationError("Give either --config, for a new model, or --from, to train on from one.")
        }
        if config == "" || from == "" { throw ValidationError("The name of a model must not be empty.") }
    }

    /// Whether the model knows something already.
    var isFinetuning: Bool { from != nil }

    /// - Parameter labels: the classes' names.
    func classifierFolder(labels: [String]) throws(FileError) -> ClassifierFolder {
        if let config { return try ClassifierFolder(config: config, labels: labels) }
        return try ClassifierFolder(finetuning: try startingFolder(), labels: labels)
    }

    /// - Parameter labels: the classes' names.
    func soundClassifierFolder(labels: [String]) throws(FileError) -> SoundClassifierFolder {
        if let config { return try SoundClassifierFolder(config: config, labels: labels) }
        return try SoundClassifierFolder(finetuning: try startingFolder(), labels: labels)
    }

    func transcriberFolder() throws(FileError) -> TranscriberFolder {
        guard let config else { return try TranscriberFolder(finetuning: try startingFolder(acceptsFile: true)) }
        return try TranscriberFolder(new: try StartOptions.folder(of: config))
    }

    func sequenceToSequenceFolder() throws(FileError) -> SequenceToSequenceFolder {
        guard let config else { return try SequenceToSequenceFolder(finetuning: try startingFolder()) }
        return try SequenceToSequenceFolder(new: try StartOptions.folder(of: config))
    }

    func textClassifierFolder(labels: [String]) throws(FileError) -> TextClassifierFolder {
        guard let config else { return try TextClassifierFolder(finetuning: try startingFolder(), labels: labels) }
        return try TextClassifierFolder(new: try StartOptions.folder(of: config), labels: labels)
    }

    func languageModelFolder() throws(FileError) -> LanguageModelFolder {
        guard let config else { return try LanguageModelFolder(finetuning: try startingFolder()) }
        return try LanguageModelFolder(new: try StartOptions.folder(of: config))
    }

    func maskedLanguageModelFolder() throws(FileError) -> MaskedLanguageModelFolder {
        guard let config else { return try MaskedLanguageModelFolder(finetuning: try startingFolder()) }
        return try MaskedLanguageModelFolder(new: try StartOptions.folder(of: config))
    }

    /// What the class of the model learns.
    ///
    /// - Throws: `FileError` where config.json cannot be read.
    func textTask() throws(FileError) -> TextTrainingKind {
        let folder = if let config { try StartOptions.folder(of: config) } else { try startingFolder() }
        let config = try ModelFolder(folder).read("config.json")
        let type = try config.string("model_type")
        if Translator.supportedModelTypes.contains(type) { return .translate }
        if LanguageModelFolder.supportedModelTypes.contains(type) { return .complete }
        return config.architectures.contains { $0.hasSuffix("ForMaskedLM") } ? .fill : .classify
    }

    /// A folder may stand for the config.json in it: transcribers and models of texts need its other files too.
    private static func folder(of config: String) throws(FileError) -> String {
        if isFolder(config) { return config }
        let (folder, name) = splitPath(config)
        guard name == "config.json" else {
            throw FileError(.unreadable, path: config, cause: "is neither a folder nor called config.json")
        }
        return folder
    }

    func forecasterFolder() throws(FileError) -> ForecasterFolder {
        if let config { return try ForecasterFolder(config: config) }
        return try ForecasterFolder(finetuning: try startingFolder())
    }

    /// - Parameter labels: the names of what is to be found.
    func objectDetectorFolder(labels: [String]) throws(FileError) -> ObjectDetectorFolder {
        if let config { return try ObjectDetectorFolder(config: config, labels: labels) }
        return try ObjectDetectorFolder(finetuning: try startingFolder(), labels: labels)
    }

    func twoTowerFolder() throws(FileError) -> TwoTowerFolder {
        guard let config else { return try TwoTowerFolder(finetuning: try startingFolder()) }
        return try TwoTowerFolder(new: try StartOptions.folder(of: config))
    }

    func detectorFolder() throws(FileError) -> DetectorFolder {
        if let config { return try DetectorFolder(config: config) }
        return try DetectorFolder(finetuning: try startingFolder())
    }

    /// The folder that `--from` means.
    private func startingFolder(acceptsFile: Bool = false) throws(FileError) -> String {
        try ModelFolder.resolve(from ?? "", shippedModels: ShippedModels.folder, acceptsFile: acceptsFile).path
    }
}
