public import TesseraFiles
internal import TesseraTransformer

/// A model's folder with what its configuration files say, each read once.
public struct SpeechFolder: Sendable {
    let files: ModelFolder
    let family: any SpeechModel.Type
    /// config.json, and generation_config.json or, where there is none, config.json again.
    let config, generation: JSONObject

    /// - Throws: `FileError` naming the file and the key.
    public init(_ files: ModelFolder) throws(FileError) {
        let files = try SpeechFolder.presented(files)
        self.files = files
        config = try files.read("config.json")
        family = try speechFamilies.family(of: config)
        let name = "generation_config.json"
        generation = try files.contains(name) ? files.read(name) : config
    }

    /// The folder as the hub would have it, where a family knows the files of other programs that are in it.
    private static func presented(_ files: ModelFolder) throws(FileError) -> ModelFolder {
        for family in speechFamilies.families {
            if let folder = try family.presented(files) { return folder }
        }
        return files
    }

    /// Where a setting of generation stands: older checkpoints have it in config.json.
    func source(of key: String) -> JSONObject { generation.contains(key) ? generation : config }

    /// The settings of the feature extractor; nil where no file has any.
    func preprocessor() throws(FileError) -> JSONObject? { try files.settings(of: .sound) }

    /// Refuses a tokenizer with ids that the model does not know.
    func check(tokenCount: Int, vocabularySize: Int) throws(FileError) {
        guard tokenCount <= vocabularySize else {
            throw config.error("vocab_size", "is less than the tokenizer's \(tokenCount)")
        }
    }
}
