internal import TesseraAudio
internal import TesseraFiles
internal import TesseraTensor

/// Goes through a recording in windows of 30 seconds, whose labels are one row of labels in the end.
///
/// A recording that fits into one is read as a whole. Windows of longer ones reach five seconds into each other, and of each only the
/// labels are kept that have these seconds on both sides, as `pipeline("automatic-speech-recognition", chunk_length_s=30)` of
/// transformers does: so no word is cut, where windows that end at pauses would need a detector of speech to be right.
struct WaveformTranscription: TranscribedWindows {
    private let model: WaveformRecognizer
    private let beamCount: Int
    private let samples: AudioSamples
    /// What the file says of its length, in seconds.
    private let expectedDuration: Double?
    private let plan: WaveformWindows
    private var words: CTCWords
    private var segments: CTCSegments
    /// The samples from the beginning of the next window on.
    private var pending: [Float] = []
    /// Samples before these.
    private var position = 0
    private var isAtEnd = false

    init(
        _ recording: AudioFile, _ model: WaveformRecognizer, _ options: TranscriptionOptions
    ) throws(FileError) {
        let rate = model.features.settings.sampleRate
        self.model = model
        beamCount = options.beamSize ?? 1
        expectedDuration = recording.duration
        samples = try recording.samples(at: rate)
        plan = WaveformWindows(sampleRate: rate, stride: model.transformer.configuration.stride)
        words = CTCWords(model.tokenizer)
        segments = CTCSegments(
            model.tokenizer, seconds: Double(plan.stride) / Double(rate), hasWordTimes: options.timestamps == .word)
    }

    var warnings: [String] { samples.warnings }
    private var seconds: Double { Double(position) / Double(samples.sampleRate) }
    var progress: (done: Double, duration: Double) { (seconds, isAtEnd ? seconds : expectedDuration ?? seconds) }

    func text(of segments: [TranscribedSegment]) -> String {
        model.tokenizer.finished(segments.map(\.text).joined())
    }

    /// Transcribes the next window; nil at the end.
    mutating func next() throws(FileError) -> TranscribedWindow? {
        guard !isAtEnd, !Task.isCancelled else { return nil }
        // One more sample tells whether there is another window.
        pending += try samples.read(upTo: plan.length + 1 - pending.count)
        let isLast = pending.count <= plan.length
        let window = Array(pending.prefix(plan.length))
        let (seek, isFirst) = (position * 100 / samples.sampleRate, position == 0)
        let consumed = isLast ? window.count : plan.step
        pending.removeFirst(consumed)
        (position, isAtEnd) = (position + consumed, isLast)
        let path = path(of: window, isFirst: isFirst, isLast: isLast)
        guard !Task.isCancelled else { return nil }
        var found = segments.add(words.add(path))
        if isLast { found += segments.add(words.finish()) + segments.finish() }
        return TranscribedWindow(segments: found, decision: decision(path, seek), language: nil)
    }

    /// The labels of the frames of a window that are kept. Of less than a frame there are none.
    private func path(of window: [Float], isFirst: Bool, isLast: Bool) -> CTCPath {
        let frames = model.transformer.configuration.frameCount(samples: window.count)
        let kept = plan.kept(frames, isFirst: isFirst, isLast: isLast)
        guard !kept.isEmpty else { return CTCPath() }
        let input = model.features(window)
        let logits = model.transformer.logits(input.reshaped([1, input.count])).tokens(kept)
        let rows = logits.reshaped([logits.shape[1], logits.shape[2]])
        return beamCount > 1
            ? CTCPath(searching: rows, blank: model.tokenizer.blankID, beamCount: beamCount) : CTCPath(likeliest: rows)
    }

    private func decision(_ path: CTCPath, _ seek: Int) -> WindowDecision {
        guard !path.labels.isEmpty else { return WindowDecision(seek: seek, verdict: .skippedAsSilence, attempts: []) }
        return WindowDecision(
            seek: seek, verdict: .kept,
            attempts: [
                .init(
                    temperature: 0, averageLogProbability: path.averageLogProbability, compressionRatio: 1,
                    noSpeechProbability: 0)
            ])
    }
}
