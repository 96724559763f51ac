internal import TesseraAudio
internal import TesseraFiles
internal import TesseraLayers

/// A family whose models can be trained, by `SpeechRecognition`.
protocol TrainableSpeechModel: EncoderDecoderSpeechModel {
    /// The names of the files that a trained model has from the one it began with, as they are: the tokenizer's and settings.
    static var companions: [String] { get }

    /// Gives the parameters of a new model their first values.
    ///
    /// - Throws: `FileError` naming the key.
    static func initialize(
        _ network: inout SpeechTransformer, _ config: JSONObject, random: RandomGenerator
    ) throws(FileError)

    /// What config.json says of a model once it was trained here.
    static func trainedConfiguration(_ config: JSONObject) -> JSONObject

    /// What makes frames of recordings.
    ///
    /// - Throws: `FileError` naming the file and the key.
    static func spectrogram(_ folder: SpeechFolder) throws(FileError) -> LogMelSpectrogram

    /// What makes tokens of what is said in them.
    ///
    /// - Throws: `FileError` naming the file and the key.
    static func transcriptEncoding(_ folder: SpeechFolder) throws(FileError) -> any TranscriptEncoding
}

extension TrainableSpeechModel {
    static func trainedConfiguration(_ config: JSONObject) -> JSONObject { config }
}

extension SpeechFolder {
    /// The model's family, as one that can be trained.
    ///
    /// - Throws: `FileError` where it cannot.
    func trainableFamily() throws(FileError) -> any TrainableSpeechModel.Type {
        guard let trainable = family as? any TrainableSpeechModel.Type else {
            throw config.error("model_type", "models of type \(family.modelType) cannot be trained here")
        }
        return trainable
    }
}
