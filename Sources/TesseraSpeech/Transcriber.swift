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
/// Loaded once, it is a value to be shared between tasks: nothing in it changes. Whisper, its descendants, Speech2Text, and wav2vec 2.0
/// and HuBERT with a head of letters are supported.
public struct Transcriber: Sendable {
    /// What its folder is called, for errors.
    public let name: String
    /// With how many threads it computes.
    public let threads: Threads
    /// The model, of whatever family.
    package let model: any SpeechModel

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { speechFamilies.modelTypes }

    /// Loads config.json, generation_config.json, the settings of the feature extractor, the tokenizer and the weights.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout or CTranslate2's; or one file, whisper.cpp's or openai/whisper's.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    ///   - threads: with how many threads it computes.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false, threads: Threads = .current
    ) throws(FileError) {
        try self.init(
            ModelFolder(folder, acceptsFile: true), precision: precision, allowNonFinite: allowNonFinite,
            threads: threads)
    }

    /// Loads the model of a folder that was found; its name is the folder's.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        _ folder: ModelFolder, precision: Precision = .float32, allowNonFinite: Bool = false,
        threads: Threads = .current
    ) throws(FileError) {
        self.threads = threads
        let speechFolder = try SpeechFolder(folder)
        name = folder.name
        model = try threads.run { () throws(FileError) in
            try speechFolder.family.init(speechFolder, precision: precision, allowNonFinite: allowNonFinite)
        }
    }

    /// The encoder-decoder behind the transcriber; nil for a model that is none.
    public var transformer: SpeechTransformer? { (model as? any EncoderDecoderSpeechModel)?.transformer }

    /// What the model can do beyond writing down what is said.
    public var capabilities: Set<Capability> { model.capabilities }

    /// The codes of the languages that the model knows; empty for models of one language.
    public var languages: [String] { model.languages }

    /// What a model that knows no languages by their codes understands: the published ones know English.
    public static let onlyLanguage = "en"

    /// What makes log-mel frames of sound for the model; nil where it hears something else.
    public var spectrogram: LogMelSpectrogram? { model.spectrogram }

    /// Transcribes a recording.
    ///
    /// - Parameters:
    ///   - options: how; see there.
    ///   - progress: called after each window with its segments and the seconds done of all seconds.
    /// - Throws: `UnsupportedOption` when the model cannot do what is asked, before anything is read; `FileError` when the recording is
    ///   damaged or cannot be read; `CancellationError` when the task is cancelled.
    public func transcribe(
        _ recording: AudioFile, _ options: TranscriptionOptions = .init(),
        progress: ([TranscribedSegment], _ done: Double, _ duration: Double) -> Void = { _, _, _ in }
    ) throws -> Transcript {
        try check(options)
        return try threads.run {
            try Cancellation.endingEarly { try transcribed(recording, options, progress: progress) }
        }
    }

    private func transcribed(
        _ recording: AudioFile, _ options: TranscriptionOptions,
        progress: ([TranscribedSegment], _ done: Double, _ duration: Double) -> Void
    ) throws -> Transcript {
        let speech = try speech(in: recording, options)
        var windows = try model.windows(of: recording, options, in: speech)
        var transcript = Transcript()
        transcript.speech = options.skipsSilence ? speech : nil
        transcript.isBatched = options.isBatched
        while let window = try windows.next() {
            transcript.add(window, language: model.onlyLanguage)
            progress(window.segments, windows.progress.done, windows.progress.duration)
        }
        (transcript.duration, transcript.warnings) = (windows.progress.duration, windows.warnings)
        // A window knows nothing of those behind it, and may have left them no room.
        var times = MonotoneTimes(duration: transcript.duration)
        times.apply(to: &transcript.segments)
        transcript.text = windows.text(of: transcript.segments)
        return transcript
    }

    /// Where somebody speaks, found by the detector that ships; nil where nobody wants to know.
    private func speech(in recording: AudioFile, _ options: TranscriptionOptions) throws -> [SpeechStretch]? {
        guard options.skipsSilence || options.isBatched else { return nil }
        var detector = try SpeechDetector.shipped.get()
        detector.threads = threads
        return try detector.speech(
            in: recording, options.speechRules ?? (options.isBatched ? .forBatches : .forTranscription))
    }

    /// The segments of a recording as they are found; to stop iterating, or to cancel the task, stops the work. They are found on a
    /// thread of the stream's own: any number of tasks may wait for segments at once.
    public func segments(
        of recording: AudioFile, _ options: TranscriptionOptions = .init()
    ) -> AsyncThrowingStream<TranscribedSegment, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task(executorPreference: LongComputation.executor) {
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
}

extension Transcript {
    /// - Parameter onlyLanguage: that of a model which does not tell languages apart.
    fileprivate mutating func add(_ window: TranscribedWindow, language onlyLanguage: String?) {
        language = window.language ?? onlyLanguage
        segments += window.segments
        decisions.append(window.decision)
    }
}
