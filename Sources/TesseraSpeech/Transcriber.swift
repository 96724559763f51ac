public import TesseraAudio
public import TesseraFiles
public import TesseraTensor

/// Writes down what is said in recordings, with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let transcriber = try Transcriber(folder: "whisper-tiny")
/// print(try transcriber.transcribe(AudioFile("interview.flac")).text)
/// ```
///
/// Loaded once, it is a value to be shared between tasks: nothing in it changes. Whisper, its descendants, and Speech2Text are
/// supported.
public struct Transcriber: Sendable {
    /// The Transformer behind the transcriber.
    public let model: SpeechTransformer
    private let family: Family

    /// What the families need beside the Transformer.
    private enum Family: Sendable {
        case whisper(WhisperVocabulary, LogMelSpectrogram)
        case speechToText(UtteranceVocabulary)
    }

    /// Loads config.json, generation_config.json, preprocessor_config.json, the tokenizer and the weights.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false
    ) throws(FileError) {
        let folder = try SpeechFolder(ModelFolder(folder))
        if folder.family.modelType == SpeechFamily.whisper.modelType {
            let spectrogram = try folder.spectrogram()
            family = .whisper(try WhisperVocabulary(folder), spectrogram)
        } else {
            family = .speechToText(try UtteranceVocabulary(folder))
        }
        model = try SpeechTransformer(folder, precision: precision, allowNonFinite: allowNonFinite)
    }

    /// The codes of the languages that the model knows; empty for models of one language.
    public var languages: [String] {
        guard case .whisper(let vocabulary, _) = family else { return [] }
        return vocabulary.languages.map(\.code)
    }

    /// What a model that knows no languages by their codes understands: the published ones know English.
    public static let onlyLanguage = "en"

    /// What makes frames of sound for the model; nil for families other than Whisper.
    public var spectrogram: LogMelSpectrogram? {
        guard case .whisper(_, let spectrogram) = family else { return nil }
        return spectrogram
    }

    /// Transcribes a recording.
    ///
    /// - Parameters:
    ///   - options: how; see there.
    ///   - progress: called after each window with its segments and the seconds done of all seconds.
    /// - Throws: `FileError` when the recording is damaged or cannot be read; `CancellationError` when the task is cancelled.
    public func transcribe(
        _ recording: AudioFile, _ options: TranscriptionOptions = .init(),
        progress: ([TranscribedSegment], _ done: Double, _ duration: Double) -> Void = { _, _, _ in }
    ) throws -> Transcript {
        switch family {
        case .whisper(let vocabulary, let spectrogram):
            let source = try RecordingSpectrogram(recording, spectrogram)
            var transcript = Transcript(duration: source.duration, warnings: source.warnings)
            var windows = windows(source, vocabulary, spectrogram.settings, options)
            while let window = try windows.next() {
                transcript.add(window)
                progress(window.segments, min(windows.seconds, source.duration), source.duration)
            }
            try Task.checkCancellation()
            transcript.text = vocabulary.text(
                transcript.segments.flatMap(\.tokens).filter { $0 < vocabulary.endOfText })
            return transcript
        case .speechToText(let vocabulary):
            var transcript = Transcript(duration: 0, warnings: [])
            var stretches = try UtteranceTranscription(recording, model, vocabulary, options)
            while let window = try stretches.next() {
                transcript.add(window)
                progress(window.segments, stretches.seconds, recording.duration ?? stretches.seconds)
            }
            try Task.checkCancellation()
            (transcript.duration, transcript.warnings) = (stretches.seconds, stretches.warnings)
            transcript.text = transcript.segments.map(\.text).joined()
            return transcript
        }
    }

    /// The segments of a recording as they are found; to stop iterating, or to cancel the task, stops the work.
    public func segments(
        of recording: AudioFile, _ options: TranscriptionOptions = .init()
    ) -> AsyncThrowingStream<TranscribedSegment, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task.detached {
                do {
                    _ = try transcribe(recording, options) { segments, _, _ in
                        for segment in segments { continuation.yield(segment) }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// The id of a language's token; nil for a language that the model does not know.
    package func languageToken(_ code: String) -> Int32? {
        guard case .whisper(let vocabulary, _) = family else { return nil }
        return vocabulary.languages.first { $0.code == code }?.id
    }

    /// The windows of frames that were made elsewhere; nil for families other than Whisper.
    package func windows<Source: FrameSource>(
        _ source: Source, _ options: TranscriptionOptions
    ) -> WindowTranscription<Source>? {
        guard case .whisper(let vocabulary, let spectrogram) = family else { return nil }
        return windows(source, vocabulary, spectrogram.settings, options)
    }

    private func windows<Source: FrameSource>(
        _ source: Source, _ vocabulary: WhisperVocabulary, _ settings: LogMelSettings, _ options: TranscriptionOptions
    ) -> WindowTranscription<Source> {
        WindowTranscription(
            source, model, vocabulary, options, windowFrames: settings.windowFrameCount,
            frameDuration: settings.frameDuration,
            language: vocabulary.languages.first { $0.code == options.language }, isCancelled: { Task.isCancelled })
    }
}

extension RecordingSpectrogram: FrameSource {
    package var silence: Float { LogMelSpectrogram.feature(ofSilenceBelow: maximum) }
}

extension Transcript {
    fileprivate mutating func add(_ window: TranscribedWindow) {
        language = window.language ?? Transcriber.onlyLanguage
        segments += window.segments
        decisions.append(window.decision)
    }
}
