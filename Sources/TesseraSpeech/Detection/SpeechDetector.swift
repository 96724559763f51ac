public import TesseraAudio
public import TesseraFiles
internal import TesseraModels
public import TesseraTensor
internal import TesseraTransformer

/// Finds speech in recordings and tells it from everything else: silence, noise, hum, music, machines.
///
/// ```swift
/// let detector = try SpeechDetector()
/// for stretch in try detector.speech(in: AudioFile("interview.flac")) { print(stretch.start, stretch.end) }
/// ```
///
/// What is heard as it comes is detected by a `SpeechDetectionStream`. A detector is a value to be shared between tasks.
public struct SpeechDetector: Sendable {
    /// Tells of each frame how likely it is speech.
    public let classifier: FrameClassifier
    /// With how many threads it computes.
    public var threads: Threads
    /// What makes frames of sound for it.
    let spectrogram: LogMelSpectrogram

    /// Seconds from one frame that is judged to the next.
    public var frameDuration: Double { spectrogram.settings.frameDuration }
    /// Samples a second of what it hears.
    public var sampleRate: Int { spectrogram.settings.sampleRate }

    /// The detector that ships, loaded when it is first asked for.
    static let shipped = Result { () throws(FileError) in try SpeechDetector() }

    /// The detector that ships.
    ///
    /// - Throws: `FileError` when the program was moved away without it, naming the variable that says where it is.
    public init(threads: Threads = .current) throws(FileError) {
        guard let folder = ShippedModels.folder(of: .speechDetector) else {
            let cause = "is not there: TESSERA_MODELS names the folder that holds the models that ship"
            throw FileError(.unreadable, path: ShippedModels.Name.speechDetector.rawValue, cause: cause)
        }
        try self.init(folder: folder, threads: threads)
    }

    /// A detector of one's own, as `train-model speech-detector` writes them.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(folder: String, threads: Threads = .current) throws(FileError) {
        let files = try ModelFolder(folder)
        let config = try files.read("config.json")
        try SpeechDetector.check(config)
        self.threads = threads
        classifier = try threads.run { () throws(FileError) in
            try FrameClassifier.load(config, Checkpoint(files), .float32)
        }
        spectrogram = LogMelSpectrogram(classifier.configuration.spectrogramSettings)
    }

    /// - Throws: `FileError` where a config.json is another model's.
    static func check(_ config: JSONObject) throws(FileError) {
        try config.refuseUnsupportedModels()
        let type = try config.string("model_type")
        guard type == FrameClassifier.modelType else {
            throw config.error(
                "model_type", "is \(type.quoted), where a detector's is \(FrameClassifier.modelType.quoted)")
        }
    }

    /// The stretches of a recording in which somebody speaks, in the order of their times.
    ///
    /// - Throws: `FileError` when the recording cannot be read; `CancellationError` when the task is cancelled.
    public func speech(in recording: AudioFile, _ rules: SpeechStretchRules = .init()) throws -> [SpeechStretch] {
        let probabilities = try probabilities(of: recording)
        return rules.stretches(of: probabilities, frameDuration: frameDuration)
    }

    /// How likely each frame of a recording is speech, 0 to 1.
    ///
    /// - Throws: `FileError` when the recording cannot be read; `CancellationError` when the task is cancelled.
    public func probabilities(of recording: AudioFile) throws -> [Float] {
        let samples = try recording.samples(at: sampleRate)
        var stream = SpeechDetectionStream(self)
        var probabilities: [Float] = []
        while case let block = try samples.read(upTo: SpeechDetector.blockDuration * sampleRate), !block.isEmpty {
            try Task.checkCancellation()
            probabilities += stream.append(block)
        }
        return probabilities + stream.finish()
    }

    /// Seconds that are read at once.
    private static let blockDuration = 60
}

extension FrameClassifierConfiguration {
    /// Those of its frames.
    var spectrogramSettings: LogMelSettings {
        var settings = LogMelSettings()
        settings.melBinCount = melBinCount
        return settings
    }
}

extension LogMelStream {
    /// Features that do not depend on what else was heard: however loud that is, nothing is cut off. `[frames, mel bins]`
    func detectorFeatures(_ frames: Range<Int>) -> Tensor {
        features(frames, maximum: LogMelSpectrogram.loudestWithoutFloor)
    }
}

extension LogMelSpectrogram {
    /// The largest logarithm below which nothing but silence is floored.
    static let loudestWithoutFloor = silence + 8
}
