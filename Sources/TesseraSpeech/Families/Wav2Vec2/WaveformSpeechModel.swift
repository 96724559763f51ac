package import TesseraAudio
package import TesseraFiles
package import TesseraLayers
package import TesseraTensor
package import TesseraText
package import TesseraTransformer

/// A speech model that labels the frames of a waveform: its labels are letters, and what they spell is the transcript. It knows the
/// times of words by their frames.
package protocol WaveformSpeechModel: SpeechModel, WaveformFamily where Network == WaveformTransformer {
    /// What is loaded of a folder.
    var recognizer: WaveformRecognizer { get }

    /// - Parameter recognizer: what was loaded.
    init(_ recognizer: WaveformRecognizer)
}

/// The layers with what is needed beside them to make text of sound.
package struct WaveformRecognizer: Sendable {
    package let transformer: WaveformTransformer
    package let features: WaveformFeatures
    package let tokenizer: CTCTokenizer
}

extension WaveformSpeechModel {
    package init(_ folder: SpeechFolder, precision: Precision, allowNonFinite: Bool) throws(FileError) {
        let settings = try folder.preprocessor()
        let features = WaveformFeatures(
            try settings.map { file throws(FileError) in try WaveformSettings(file) } ?? .init())
        let configuration = try WaveformConfiguration(folder.config)
        try configuration.check(folder.config, sampleRate: features.settings.sampleRate)
        let tokenizer = try CTCTokenizer(folder.files)
        try folder.check(tokenCount: tokenizer.idLimit, vocabularySize: configuration.headSize)
        let checkpoint = try Checkpoint(folder.files, allowNonFinite: allowNonFinite)
        self.init(
            WaveformRecognizer(
                transformer: try Self.load(folder.config, checkpoint, precision), features: features,
                tokenizer: tokenizer))
    }

    package var capabilities: Set<Transcriber.Capability> { [.wordTimes] }
    package var languages: [String] { [] }
    /// Which language its letters are of, no file says.
    package var onlyLanguage: String? { nil }
    package var spectrogram: LogMelSpectrogram? { nil }

    package func windows(
        of recording: AudioFile, _ options: TranscriptionOptions, in speech: [SpeechStretch]?
    ) throws -> any TranscribedWindows {
        try WaveformTranscription(recording, recognizer, options)
    }

    package static func network(_ config: JSONObject) throws(FileError) -> WaveformTransformer {
        WaveformTransformer(try WaveformConfiguration(config))
    }

    package static func names(of network: WaveformTransformer) -> TensorNames {
        names(of: network, head: "lm_head", others: [])
    }
}
