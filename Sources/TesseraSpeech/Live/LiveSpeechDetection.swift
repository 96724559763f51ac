internal import TesseraAudio

/// Says where somebody speaks up to the latest sound. `SpeechDetectionStream` waits until it sees what lies behind a frame; here the
/// latest frames are judged at once, and again as long as sound behind them comes in.
struct LiveSpeechDetection: Sendable {
    private let detector: SpeechDetector
    private let rules: SpeechStretchRules
    private var features: LogMelStream
    /// Of the frames from `first` on.
    private var probabilities: [Float] = []
    private var first = 0

    init(_ detector: SpeechDetector, _ options: LiveTranscriptionOptions) {
        self.detector = detector
        var rules = SpeechStretchRules()
        (rules.minimumPause, rules.padding) = (options.pause, 0)
        rules.use(threshold: options.threshold)
        self.rules = rules
        features = LogMelStream(detector.spectrogram)
    }

    /// Takes the next samples.
    mutating func append(_ samples: [Float]) {
        features.append(samples)
        let (end, size) = (features.frameCount, detector.classifier.configuration.windowFrameCount)
        let start = max(features.heldFrames.lowerBound, end - size)
        guard start < end else { return }
        // The first frames of a window have too little before them to be judged better than they were.
        let past = start == 0 ? 0 : detector.classifier.configuration.pastFrameCount
        let judged = max(start + past, first)..<end
        let values = detector.judge([(start, judged)], of: features, frames: end - start)
        probabilities.replaceSubrange((judged.lowerBound - first)..., with: values)
        features.discardFrames(before: end - size)
    }

    /// The first stretch of speech that is not forgotten; it goes on while it ends less than a pause ago. Nil while nobody speaks.
    var firstStretch: SpeechStretch? {
        let offset = Double(first) * detector.frameDuration
        return rules.stretches(of: probabilities, frameDuration: detector.frameDuration).first.map {
            SpeechStretch(start: $0.start + offset, end: $0.end + offset)
        }
    }

    /// Where speech begins behind a word that ends at a time in seconds, and how many seconds of it there are; nil where there is none.
    func speech(behindWordAt time: Double) -> (start: Double, duration: Double)? {
        let place = Int(time / detector.frameDuration) - first
        let rest = probabilities.dropFirst(max(0, place))
        // What is spoken without a break at its end is the word itself, where it ends soon.
        let tail = place < 0 ? rest.prefix(0) : rest.prefix { $0 >= rules.lowerThreshold }
        let isLong = tail.count > Int(Self.longestTail / detector.frameDuration)
        let frames = (isLong ? tail.startIndex : tail.endIndex)..<probabilities.count
        let spoken = frames.filter { probabilities[$0] >= rules.threshold }
        return spoken.first.map {
            (Double(first + $0) * detector.frameDuration, Double(spoken.count) * detector.frameDuration)
        }
    }

    /// Seconds by which a word may end later than it was found to.
    private static let longestTail = 0.6

    /// Forgets what lies before a time in seconds.
    mutating func forget(before time: Double) {
        let count = min(max(0, Int(time / detector.frameDuration) - first), probabilities.count)
        probabilities.removeFirst(count)
        first += count
    }
}
