import TesseraAudio
import TesseraCommands
import TesseraFiles
import TesseraLayers
import TesseraSpeech
import TesseraTraining

/// The training of a transcriber: which recordings it learns from and which it validates with.
struct RecordingTask: TrainingTask {
    private let training: [TranscribedRecording]
    private let validation: [TranscribedRecording]
    private let options: SpeechOptions
    private let transcriber: TranscriberFolder
    private let start: StartOptions
    private let seed: UInt64
    /// Whether what is before the encoder stays as it is, as the encoder does.
    private let freezesConvolutions: Bool

    var samples: String { "recordings" }
    var listedCount: Int { training.count }
    var fileNames: [String] { transcriber.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 16 }
    var finetuningShare: Double { 0.02 }

    /// Splits the recordings, none of which is read yet.
    ///
    /// - Parameter freezing: the layers that stay as they are.
    init(
        _ options: SpeechOptions, _ transcriber: TranscriberFolder, _ start: StartOptions, freezing: [String],
        seed: UInt64
    ) throws(FileError) {
        let manifest = try SpeechManifest(options.data)
        if let path = options.validationData {
            training = manifest.recordings
            validation = try SpeechManifest(path).recordings
        } else {
            (training, validation) = manifest.split(validationFraction: options.validationFraction ?? 0.1, seed: seed)
        }
        (self.options, self.transcriber, self.start, self.seed) = (options, transcriber, start, seed)
        freezesConvolutions = freezing.contains("encoder")
    }

    var objective: SpeechRecognition {
        SpeechRecognition(
            labelSmoothing: Float(options.labelSmoothing),
            regularization: .init(dropout: Float(options.dropout), stochasticDepth: Float(options.stochasticDepth)))
    }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("augmentation", options.augment.rawValue),
            ("joined recordings", options.join.map { "up to \($0)" } ?? "none"),
            ("language", options.language ?? "none"), ("share of full windows", "\(options.fullWindows)"),
            ("label smoothing", "\(options.labelSmoothing)"), ("dropout", "\(options.dropout)"),
            ("stochastic depth", "\(options.stochasticDepth)"),
            ("list of training recordings", checksum(training.map(RecordingTask.line))),
            ("list of validation recordings", checksum(validation.map(RecordingTask.line))),
        ] + facts(transcriber.config)
    }

    func adapt(_ settings: inout TrainingSettings) {
        if freezesConvolutions { settings.frozen.append("convolutions") }
        // Whisper's 30 s are 1500 positions: a few clips fill the memory that many pictures do.
        settings.microBatchSize = max(1, min(settings.microBatchSize, 4_096 / transcriber.positionCount))
    }

    /// - Throws: `FileError` when there are recordings that cannot be read and they may not be skipped.
    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: TranscribedClips, validation: TranscribedClips?) {
        let count = training.count + validation.count
        let progress = ProgressBar(total: count, isQuiet: isQuiet)
        defer { progress.finish() }
        let learned = try read(training, options.augment.augmentation, fullWindows: options.fullWindows, progress)
        let kept = validation.isEmpty ? nil : try read(validation, .none, fullWindows: 1, progress)
        progress.finish()
        try checkUnreadable(
            learned.unreadable + (kept?.unreadable ?? []), of: count, in: options.data, skips: options.skipUnreadable,
            warn)
        return (learned, kept)
    }

    private func read(
        _ recordings: [TranscribedRecording], _ augmentation: SpeechAugmentation, fullWindows: Double,
        _ progress: ProgressBar
    ) throws(FileError) -> TranscribedClips {
        try TranscribedClips(
            reading: recordings, folder: transcriber.folder, augmentation: augmentation,
            joining: options.join.map { SpeechJoining(maximumCount: $0) }, fullWindowShare: fullWindows,
            language: options.language, seed: seed, progress: { progress.advance(by: $0) })
    }

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<SpeechTransformer> {
        try transcriber.initialModel(seed: seed)
    }

    func write(_ model: Trainable<SpeechTransformer>, to folder: String) throws(FileError) {
        try transcriber.write(model, to: folder)
    }

    /// The error rates of the finished model on recordings that it did not learn from.
    func evaluation(of folder: String, on validation: TranscribedClips?, isQuiet: Bool) throws -> String? {
        guard let recordings = validation?.recordings.prefix(options.transcribe), !recordings.isEmpty else {
            return nil
        }
        let progress = ProgressBar(total: recordings.count, isQuiet: isQuiet)
        defer { progress.finish() }
        let transcriber = try Transcriber(folder: folder)
        var (words, characters) = (ErrorRate(), ErrorRate())
        for recording in recordings {
            var choices = TranscriptionOptions()
            choices.timestamps = .none
            (choices.language, choices.task) = (recording.language ?? options.language, recording.task)
            let normalized = TextNormalizer(language: choices.language ?? Transcriber.onlyLanguage)
            let text = normalized(try transcriber.transcribe(AudioFile(recording.audio), choices).text)
            let spoken = normalized(recording.text)
            words += .words(text, against: spoken)
            characters += .characters(text, against: spoken)
            progress.advance()
        }
        let rates = [words, characters].map { formatted("%.2f", 100 * $0.rate) }
        return "word error rate \(rates[0]) %, character error rate \(rates[1]) %, of \(recordings.count) recordings"
    }

    /// What a recording is called and what is said in it.
    private static func line(_ recording: TranscribedRecording) -> String {
        "\(splitPath(recording.audio).name)\t\(recording.text)"
    }
}
