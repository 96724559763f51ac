internal import TesseraAudio
internal import TesseraFiles
internal import TesseraText

/// What Speech2Text needs beside its Transformer.
struct UtteranceVocabulary: Sendable {
    let tokenizer: SentencePieceTokenizer
    let features: Speech2TextFeatures
    let startToken, endToken: Int32
    /// Beams, length penalty and the most tokens, where the caller says nothing else.
    let beamCount: Int
    let lengthPenalty: Double
    let tokenLimit: Int

    /// - Throws: `FileError` naming the file and the key.
    init(_ folder: SpeechFolder, _ configuration: SpeechConfiguration) throws(FileError) {
        var settings = Speech2TextSettings()
        if let file = try folder.preprocessor() {
            settings = try Speech2TextSettings(file)
            guard settings.melBinCount == configuration.melBinCount else {
                throw file.error(
                    "num_mel_bins", "is not input_feat_per_channel of config.json, \(configuration.melBinCount)")
            }
        }
        features = Speech2TextFeatures(settings)
        tokenizer = try SentencePieceTokenizer(folder.files)
        try folder.check(tokenCount: tokenizer.count, vocabularySize: configuration.decoder.vocabularySize)
        (startToken, endToken) = (configuration.decoderStartToken, configuration.endToken)
        beamCount = try folder.source(of: "num_beams").integer("num_beams", in: 1...1_000, default: 1)
        lengthPenalty = try folder.source(of: "length_penalty").number("length_penalty", in: -100...100, default: 1)
        let context = configuration.decoder.contextLength
        tokenLimit =
            min(
                context, try folder.source(of: "max_length").integer("max_length", in: 2...1_000_000, default: context))
            - 1
    }
}
