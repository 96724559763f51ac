internal import TesseraAudio
internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

extension Whisper: TrainableSpeechModel {
    static let companions = [
        "generation_config.json", "preprocessor_config.json", "processor_config.json", "tokenizer.json",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "normalizer.json",
    ]

    static func initialize(
        _ network: inout SpeechTransformer, _ config: JSONObject, random: RandomGenerator
    ) throws(FileError) {
        let sizes = network.configuration
        network.encoderPositions = tensor2tensorPositions(
            0..<sizes.encoderContextLength, hiddenSize: sizes.encoderBlock.hiddenSize)
        let deviation = Float(try config.number("init_std", in: 1e-6...1, default: 0.02))
        var initializer = Initializer(deviation: deviation, random: random)
        network.visitParameters(&initializer)
    }

    static func trainedConfiguration(_ config: JSONObject) -> JSONObject { WindowPadding.silence.noted(in: config) }

    static func spectrogram(_ folder: SpeechFolder) throws(FileError) -> LogMelSpectrogram {
        try LogMelSpectrogram(folder, try configuration(folder.config))
    }

    static func transcriptEncoding(_ folder: SpeechFolder) throws(FileError) -> any TranscriptEncoding {
        let windowDuration = Double(try spectrogram(folder).settings.chunkLength)
        return try WhisperTranscriptEncoding(
            folder, try configuration(folder.config), windowDuration: windowDuration)
    }
}
