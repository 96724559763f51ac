/// How stretches of speech are made of what a detector says of each frame; the defaults are Silero's `get_speech_timestamps`.
public struct SpeechStretchRules: Sendable, Equatable {
    /// A stretch begins with a frame that is at least as likely speech, 0 to 1.
    public var threshold: Float = 0.5
    /// It goes on as long as frames are at least as likely; less than `threshold`, so that it does not break in every soft syllable.
    public var lowerThreshold: Float = 0.35
    /// Seconds; stretches that are shorter are left out.
    public var minimumSpeech = 0.25
    /// Seconds; pauses that are shorter do not end a stretch.
    public var minimumPause = 0.1
    /// Seconds; stretches that are longer are cut where they are least likely speech.
    public var maximumSpeech = Double.infinity
    /// Seconds that are added before and behind each stretch, where there is room between two.
    public var padding = 0.03

    /// Silero's.
    public init() {}

    /// Has stretches begin with frames that are so likely speech, 0 to 1, and go on as Silero's do.
    public mutating func use(threshold: Float) {
        (self.threshold, lowerThreshold) = (threshold, max(0.01, threshold - 0.15))
    }

    /// What a transcriber hears: whole utterances with something around them, as faster-whisper cuts them.
    public static let forTranscription = {
        var rules = SpeechStretchRules()
        (rules.minimumPause, rules.padding) = (2, 0.4)
        return rules
    }()

    /// What is decoded in batches: pauses are left out, and no stretch is longer than Whisper's window.
    public static let forBatches = {
        var rules = SpeechStretchRules()
        (rules.minimumPause, rules.padding, rules.maximumSpeech) = (0.5, 0.25, 29)
        return rules
    }()

    /// - Parameters:
    ///   - probabilities: of each frame.
    ///   - frameDuration: seconds from one to the next.
    /// - Returns: in the order of their times; none overlap.
    public func stretches(of probabilities: [Float], frameDuration: Double) -> [SpeechStretch] {
        let pause = Int((minimumPause / frameDuration).rounded())
        let least = Int((minimumSpeech / frameDuration).rounded())
        let most = Int(min(maximumSpeech / frameDuration, 1e9))
        let runs = runs(probabilities, shortestPause: pause).filter { $0.count >= least }
        return padded(
            runs.flatMap { parts(of: $0, probabilities, most: most) }, frameCount: probabilities.count, frameDuration)
    }

    /// The frames of stretches, with pauses in them that are too short to end them.
    private func runs(_ probabilities: [Float], shortestPause: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var isSpeech = false
        for (frame, probability) in probabilities.enumerated() {
            isSpeech = probability >= (isSpeech ? lowerThreshold : threshold)
            guard isSpeech else { continue }
            if let last = runs.last, frame - last.upperBound < max(1, shortestPause) {
                runs[runs.count - 1] = last.lowerBound..<frame + 1
            } else {
                runs.append(frame..<frame + 1)
            }
        }
        return runs
    }

    /// The run in parts of at most so many frames, each cut in its second half.
    private func parts(of run: Range<Int>, _ probabilities: [Float], most: Int) -> [Range<Int>] {
        precondition(most > 1, "a stretch of \(maximumSpeech) s is too short to be cut")
        var (rest, parts) = (run, [Range<Int>]())
        while rest.count > most {
            let candidates = rest.lowerBound + most / 2..<rest.lowerBound + most
            let cut = candidates.min { probabilities[$0] < probabilities[$1] } ?? candidates.lowerBound
            parts.append(rest.lowerBound..<cut)
            rest = cut..<rest.upperBound
        }
        return parts + [rest]
    }

    /// Two stretches that are closer than their padding share what is between them.
    private func padded(_ runs: [Range<Int>], frameCount: Int, _ frameDuration: Double) -> [SpeechStretch] {
        let times = runs.map {
            (start: Double($0.lowerBound) * frameDuration, end: Double($0.upperBound) * frameDuration)
        }
        return times.indices.map { index in
            let (start, end) = times[index]
            let before = index == 0 ? start : (start - times[index - 1].end) / 2
            let isLast = index + 1 == times.count
            let behind = isLast ? Double(frameCount) * frameDuration - end : (times[index + 1].start - end) / 2
            return SpeechStretch(start: start - min(padding, before), end: end + min(padding, behind))
        }
    }
}
