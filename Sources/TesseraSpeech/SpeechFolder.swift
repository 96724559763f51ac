internal import TesseraAudio
public import TesseraFiles

/// A model's folder with what its configuration files say, each read once.
public struct SpeechFolder: Sendable {
    let files: ModelFolder
    let family: SpeechFamily
    /// config.json, and generation_config.json or, where there is none, config.json again.
    let config, generation: JSONObject
    let configuration: SpeechConfiguration

    /// - Throws: `FileError` naming the file and the key.
    public init(_ files: ModelFolder) throws(FileError) {
        self.files = files
        config = try files.read("config.json")
        family = try SpeechFamily.of(config)
        configuration = try family.configuration(config)
        let name = "generation_config.json"
        generation = files.contains(name) ? try files.read(name) : config
    }

    /// Where a setting of generation stands: older checkpoints have it in config.json.
    func source(of key: String) -> JSONObject { generation.contains(key) ? generation : config }

    /// preprocessor_config.json; nil where there is none.
    func preprocessor() throws(FileError) -> JSONObject? {
        let name = "preprocessor_config.json"
        return files.contains(name) ? try files.read(name) : nil
    }

    /// What makes frames of sound for the model: what preprocessor_config.json says, or, where there is none, Whisper's own
    /// settings.
    func spectrogram() throws(FileError) -> LogMelSpectrogram {
        var settings = LogMelSettings()
        settings.melBinCount = configuration.melBinCount
        if let file = try preprocessor() {
            settings = try LogMelSettings(file)
            guard settings.melBinCount == configuration.melBinCount else {
                throw file.error("feature_size", "is not num_mel_bins of config.json, \(configuration.melBinCount)")
            }
        }
        let strides = configuration.convolutions.reduce(1) { $0 * $1.stride }
        guard settings.windowFrameCount == configuration.encoderContextLength * strides else {
            throw config.error(
                "max_source_positions",
                "\(configuration.encoderContextLength) positions do not fit a window of \(settings.windowFrameCount) frames"
            )
        }
        return LogMelSpectrogram(settings)
    }

    /// Refuses a tokenizer with ids that the model does not know.
    func check(tokenCount: Int) throws(FileError) {
        guard tokenCount <= configuration.decoder.vocabularySize else {
            throw config.error("vocab_size", "is less than the tokenizer's \(tokenCount)")
        }
    }
}
