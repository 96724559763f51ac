package import TesseraAudio
package import TesseraFiles
package import TesseraLayers
package import TesseraTensor

/// Whisper (Radford et al., 2022): `transformers.WhisperForConditionalGeneration`.
package struct Whisper: EncoderDecoderSpeechModel {
    package let transformer: SpeechTransformer
    let vocabulary: WhisperVocabulary
    let logMelSpectrogram: LogMelSpectrogram
    let padding: WindowPadding

    package static let modelType = "whisper"
    package static let architectures = ["WhisperForConditionalGeneration"]
    package static let convolutionRules: [(ours: String, sources: [TensorNames.Source])] = [
        ("convolutions.0.projection", ["model.encoder.conv1"]),
        ("convolutions.1.projection", ["model.encoder.conv2"]),
    ]

    package static func configuration(_ config: JSONObject) throws(FileError) -> SpeechConfiguration {
        try SpeechConfiguration(
            config, positions: .tables, melBins: "num_mel_bins", convolutionActivation: .gelu,
            biases: .init(key: false), activation: "gelu"
        ) { hidden, melBins throws(FileError) in
            [
                .init(inputChannels: melBins, outputChannels: hidden, size: 3, stride: 1),
                .init(inputChannels: hidden, outputChannels: hidden, size: 3, stride: 2),
            ]
        }
    }

    package init(_ folder: SpeechFolder, precision: Precision, allowNonFinite: Bool) throws(FileError) {
        let configuration = try Whisper.configuration(folder.config)
        logMelSpectrogram = try LogMelSpectrogram(folder, configuration)
        vocabulary = try WhisperVocabulary(folder, configuration)
        padding = try WindowPadding(folder.config)
        transformer = try Whisper.transformer(folder, precision, allowNonFinite: allowNonFinite)
    }

    package var spectrogram: LogMelSpectrogram? { logMelSpectrogram }

    package var languages: [String] { vocabulary.languages.map(\.code) }

    package var capabilities: Set<Transcriber.Capability> {
        let canTranslate = vocabulary.isMultilingual && vocabulary.translate != nil
        return Set(Transcriber.Capability.allCases).subtracting(canTranslate ? [] : [.translation])
    }

    package func windows(
        of recording: AudioFile, _ options: TranscriptionOptions, in speech: [SpeechStretch]?
    ) throws -> any TranscribedWindows {
        let source = try RecordingSpectrogram(recording, logMelSpectrogram)
        return options.isBatched ? batchedWindows(source, options, in: speech) : windows(source, options, in: speech)
    }

    /// The windows of frames that were made elsewhere.
    package func windows<Source: FrameSource>(
        _ source: Source, _ options: TranscriptionOptions, in speech: [SpeechStretch]? = nil
    ) -> WindowTranscription<Source> {
        let settings = logMelSpectrogram.settings
        return WindowTranscription(
            source, transformer, vocabulary, options, speech: speech, windowFrames: settings.windowFrameCount,
            frameDuration: settings.frameDuration, padding: padding.feature(behind: source),
            language: vocabulary.languages.first { $0.code == options.language }, isCancelled: { Task.isCancelled })
    }

    /// Windows of frames that were made elsewhere, several of which are decoded at a time.
    package func batchedWindows<Source: FrameSource>(
        _ source: Source, _ options: TranscriptionOptions, in speech: [SpeechStretch]?
    ) -> BatchedTranscription<Source> {
        let settings = logMelSpectrogram.settings
        let clips = options.clips(of: source, frameDuration: settings.frameDuration, in: speech)
        return BatchedTranscription(
            source, transformer, vocabulary, options,
            pieces: clips.flatMap { $0.pieces(upTo: settings.windowFrameCount) },
            windowFrames: settings.windowFrameCount, frameDuration: settings.frameDuration,
            padding: padding.feature(behind: source),
            language: vocabulary.languages.first { $0.code == options.language }, isCancelled: { Task.isCancelled })
    }

    /// The id of a language's token; nil for a language that the model does not know.
    package func languageToken(_ code: String) -> Int32? {
        vocabulary.languages.first { $0.code == code }?.id
    }
}

extension RecordingSpectrogram: FrameSource {
    package var silence: Float { LogMelSpectrogram.feature(ofSilenceBelow: maximum) }
}

extension LogMelSpectrogram {
    /// What makes frames of sound for a model: what preprocessor_config.json or processor_config.json says, or, where
    /// there is neither, Whisper's own settings.
    ///
    /// - Throws: `FileError` naming the file and the key, also where windows do not fit the model's positions.
    init(_ folder: SpeechFolder, _ configuration: SpeechConfiguration) throws(FileError) {
        var settings = LogMelSettings()
        settings.melBinCount = configuration.melBinCount
        if let file = try folder.preprocessor() {
            settings = try LogMelSettings(file)
            guard settings.melBinCount == configuration.melBinCount else {
                throw file.error("feature_size", "is not num_mel_bins of config.json, \(configuration.melBinCount)")
            }
        }
        let strides = configuration.convolutions.reduce(1) { $0 * $1.stride }
        guard settings.windowFrameCount == configuration.encoderContextLength * strides else {
            throw folder.config.error(
                "max_source_positions",
                "\(configuration.encoderContextLength) positions do not fit a window of \(settings.windowFrameCount) frames"
            )
        }
        self.init(settings)
    }
}
