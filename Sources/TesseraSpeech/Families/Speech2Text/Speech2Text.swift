package import TesseraAudio
package import TesseraFiles
package import TesseraLayers
package import TesseraTensor

/// Speech2Text (Wang et al., 2020, fairseq S2T): `transformers.Speech2TextForConditionalGeneration`. It writes down one language,
/// without times, and has nothing to say about how sure it is of what.
package struct Speech2Text: EncoderDecoderSpeechModel {
    package let transformer: SpeechTransformer
    private let vocabulary: UtteranceVocabulary

    package static let modelType = "speech_to_text"
    package static let architectures = ["Speech2TextForConditionalGeneration"]
    package static let convolutionRules: [(ours: String, sources: [TensorNames.Source])] = [
        ("convolutions.#.projection", ["model.encoder.conv.conv_layers.#"])
    ]

    package init(_ folder: SpeechFolder, precision: Precision, allowNonFinite: Bool) throws(FileError) {
        vocabulary = try UtteranceVocabulary(folder, try Speech2Text.configuration(folder.config))
        transformer = try Speech2Text.transformer(folder, precision, allowNonFinite: allowNonFinite)
    }

    package var capabilities: Set<Transcriber.Capability> { [] }
    package var languages: [String] { [] }
    package var spectrogram: LogMelSpectrogram? { nil }

    package func windows(
        of recording: AudioFile, _ options: TranscriptionOptions, in speech: [SpeechStretch]?
    ) throws -> any TranscribedWindows {
        try UtteranceTranscription(recording, transformer, vocabulary, options)
    }

    package static func configuration(_ config: JSONObject) throws(FileError) -> SpeechConfiguration {
        guard try config.integer("input_channels", in: 1...64, default: 1) == 1 else {
            throw config.error("input_channels", "only one channel is supported")
        }
        // Positions are counted from behind the padding token's id.
        let padding = try config.integer("pad_token_id", in: 0...65_536, default: 1)
        return try SpeechConfiguration(
            config, positions: .sinusoidal(first: padding + 1), melBins: "input_feat_per_channel",
            convolutionActivation: .gatedLinearUnit, biases: .init(), activation: "relu"
        ) { hidden, melBins throws(FileError) in
            try convolutions(config, hidden: hidden, melBins: melBins)
        }
    }

    private static func convolutions(
        _ config: JSONObject, hidden: Int, melBins: Int
    ) throws(FileError) -> [SpeechConfiguration.Convolution] {
        let count = try config.integer("num_conv_layers", in: 1...16, default: 2)
        let channels = try config.integer("conv_channels", in: 2...65_536, default: 1_024)
        let sizes = try config.numbers("conv_kernel_sizes") ?? [5, 5]
        guard sizes.count == count, sizes.allSatisfy({ [1, 3, 5, 7, 9, 11, 13, 15].contains($0) }) else {
            throw config.error("conv_kernel_sizes", "there must be num_conv_layers odd sizes up to 15")
        }
        guard channels % 2 == 0 else { throw config.error("conv_channels", "\(channels) is not even") }
        return sizes.enumerated().map { index, size in
            SpeechConfiguration.Convolution(
                inputChannels: index == 0 ? melBins : channels / 2,
                outputChannels: index == count - 1 ? 2 * hidden : channels, size: Int(size), stride: 2)
        }
    }
}
