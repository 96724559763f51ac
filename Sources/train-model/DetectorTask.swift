import TesseraAudio
import TesseraCommands
import TesseraFiles
import TesseraLayers
import TesseraSpeech
import TesseraTraining

/// The training of a detector of speech: which recordings it learns from and which it validates with.
struct DetectorTask: TrainingTask {
    private let training: [LabelledRecording]
    private let validation: [LabelledRecording]
    private let options: DetectorOptions
    private let detector: DetectorFolder
    private let start: StartOptions
    private let seed: UInt64

    var samples: String { "recordings" }
    var listedCount: Int { training.count }
    var fileNames: [String] { DetectorFolder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 32 }
    var finetuningShare: Double { 0.1 }

    /// Splits the recordings, none of which is read yet.
    init(
        _ options: DetectorOptions, _ detector: DetectorFolder, _ start: StartOptions, seed: UInt64
    ) throws(FileError) {
        let manifest = try DetectorManifest(options.data)
        if let path = options.validationData {
            (training, validation) = (manifest.recordings, try DetectorManifest(path).recordings)
        } else {
            (training, validation) = manifest.split(validationFraction: options.validationFraction ?? 0.1, seed: seed)
        }
        (self.options, self.detector, self.start, self.seed) = (options, detector, start, seed)
    }

    var objective: SpeechDetection {
        SpeechDetection(regularization: .init(dropout: Float(options.dropout), stochasticDepth: 0))
    }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("dropout", "\(options.dropout)"),
            ("list of training recordings", checksum(training.map(DetectorTask.line))),
            ("list of validation recordings", checksum(validation.map(DetectorTask.line))),
        ] + facts(detector.config)
    }

    func adapt(_ settings: inout TrainingSettings) { settings.microBatchSize = 16 }

    /// - Throws: `FileError` when there are recordings that cannot be read and they may not be skipped.
    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: LabelledSounds, validation: LabelledSounds?) {
        let count = training.count + validation.count
        let progress = ProgressBar(total: count, isQuiet: isQuiet)
        defer { progress.finish() }
        func read(_ recordings: [LabelledRecording], isVaried: Bool) -> LabelledSounds {
            LabelledSounds(
                reading: recordings, for: detector.configuration, isVaried: isVaried, seed: seed,
                progress: { progress.advance(by: $0) })
        }
        let learned = read(training, isVaried: true)
        let kept = validation.isEmpty ? nil : read(validation, isVaried: false)
        progress.finish()
        try checkUnreadable(
            learned.unreadable + (kept?.unreadable ?? []), of: count, in: options.data, skips: options.skipUnreadable,
            warn)
        return (learned, kept)
    }

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<FrameClassifier> {
        try detector.initialModel(seed: seed)
    }

    func write(_ model: Trainable<FrameClassifier>, to folder: String) throws(FileError) {
        try detector.write(model, to: folder)
    }

    /// How many frames the finished model gets wrong in recordings that it did not learn from.
    func evaluation(of folder: String, on validation: LabelledSounds?, isQuiet: Bool) throws -> String? {
        guard let recordings = validation?.recordings, !recordings.isEmpty else { return nil }
        let progress = ProgressBar(total: recordings.count, isQuiet: isQuiet)
        defer { progress.finish() }
        let detector = try SpeechDetector(folder: folder)
        var errors = FrameErrors()
        for recording in recordings {
            let probabilities = try detector.probabilities(of: AudioFile(recording.audio))
            errors += FrameErrors(probabilities, recording.speech, frameDuration: detector.frameDuration)
            progress.advance()
        }
        let rates = [errors.rate, errors.missRate, errors.falseAlarmRate].map { formatted("%.2f", 100 * $0) }
        return
            "\(rates[0]) % of frames wrong: \(rates[1]) % of speech missed, \(rates[2]) % of the rest taken for speech"
    }

    /// What a recording is called and how much of it is speech.
    private static func line(_ recording: LabelledRecording) -> String {
        "\(splitPath(recording.audio).name)\t\(recording.speech.map { "\($0.start)-\($0.end)" }.joined(separator: " "))"
    }
}
