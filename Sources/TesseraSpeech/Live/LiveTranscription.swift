internal import TesseraAudio
internal import TesseraFiles
internal import TesseraTensor

/// Writes down speech while it is spoken, piece by piece. `Transcriber.live(_:_:)` does so with sound that comes by itself.
///
/// A detector finds where somebody speaks. From there a window grows, which the model decodes again and again; the words that two
/// decodings in turn agree on are certain. It has no clock: what comes of some sound is always the same, however it is cut in pieces.
///
/// ```swift
/// var transcription = try LiveTranscription(transcriber)
/// while let samples = microphone.next() {
///     for case .committed(let words) in try transcription.append(samples) { show(words) }
/// }
/// show(try transcription.finish())
/// ```
public struct LiveTranscription: Sendable {
    /// Samples a second of the sound.
    public static let sampleRate = 16_000
    let transcriber: Transcriber
    let model: any LiveSpeechModel
    let options: LiveTranscriptionOptions
    var detection: LiveSpeechDetection
    var sound = HeldSound()
    /// What came and is not a whole step.
    private var pending: [Float] = []
    /// What somebody is saying; nil in a pause.
    var utterance: OpenUtterance?
    /// What of it is decoded.
    var window: GrowingWindow?
    /// The text that is certain, before the window.
    var text: String
    /// When the last word that is certain ended.
    var lastEnd = 0.0
    /// The language that was heard, once words are certain.
    var language: String?

    /// Samples after which it is looked for speech again.
    private static let step = sampleRate / 4

    /// A transcription at the beginning of some sound.
    ///
    /// - Throws: `UnsupportedOption` when the model finds no times of words, or cannot do what `options` ask for; `FileError` when the
    ///   detector of speech is not there.
    public init(_ transcriber: Transcriber, _ options: LiveTranscriptionOptions = .init()) throws {
        var options = options
        options.decoding.timestamps = .word
        try transcriber.check(options.decoding)
        guard let model = transcriber.model as? any LiveSpeechModel else {
            throw UnsupportedOption(capability: .wordTimes, model: transcriber.name)
        }
        var detector = try SpeechDetector.shipped.get()
        detector.threads = transcriber.threads
        try Self.check(model, detector, transcriber.name)
        (self.transcriber, self.model, self.options) = (transcriber, model, options)
        detection = LiveSpeechDetection(detector, options)
        text = options.decoding.initialPrompt ?? ""
    }

    /// - Throws: `FileError` where sound of another rate is expected.
    private static func check(
        _ model: any LiveSpeechModel, _ detector: SpeechDetector, _ name: String
    ) throws(FileError) {
        let rates = [model.spectrogram?.settings.sampleRate ?? sampleRate, detector.sampleRate]
        guard let other = rates.first(where: { $0 != sampleRate }) else { return }
        throw FileError(
            .badData, path: name,
            cause: "hears \(other) samples a second, and speech as it is spoken comes with \(sampleRate)")
    }

    /// Seconds of sound that came.
    public var duration: Double { Double(sound.end + pending.count) / Double(Self.sampleRate) }

    /// Takes the next samples, full scale ±1, and decodes where enough is new.
    ///
    /// - Parameter keepsUp: whether decodings are left out for sound behind which more is waiting, so that work which takes longer than
    ///   the sound does not fall behind; what is written then depends on how the sound is cut.
    /// - Returns: what became known, in order.
    /// - Throws: `CancellationError` when the task is cancelled.
    public mutating func append(_ samples: [Float], keepsUp: Bool = false) throws -> [LiveUpdate] {
        pending += samples
        var updates: [LiveUpdate] = []
        var start = 0
        while pending.count - start >= Self.step {
            let step = pending[start..<start + Self.step]
            start += Self.step
            updates += try hear(step, isLatest: !keepsUp || pending.count - start < Self.step)
        }
        pending.removeFirst(start)
        return updates
    }

    /// Says that no more samples follow, and commits what is left. What is appended afterwards is of the next utterance.
    ///
    /// - Returns: what became known, in order.
    /// - Throws: `CancellationError` when the task is cancelled.
    public mutating func finish() throws -> [LiveUpdate] {
        let rest = pending
        pending = []
        return try hear(rest[...], isLatest: true, isLast: true)
    }

    /// Computes with the transcriber's threads, and ends when the task is cancelled.
    private mutating func hear(
        _ samples: ArraySlice<Float>, isLatest: Bool, isLast: Bool = false
    ) throws -> [LiveUpdate] {
        let threads = transcriber.threads
        return try threads.run {
            try Cancellation.endingEarly { try advance(hearing: samples, isLatest: isLatest, isLast: isLast) }
        }
    }
}
