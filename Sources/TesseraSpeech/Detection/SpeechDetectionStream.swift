internal import TesseraAudio
internal import TesseraTensor

/// Detects speech in sound as it comes, in constant memory.
///
/// Frames are judged in windows that overlap, with what lies before and behind them in view: with the detector that ships, up to four
/// seconds after they were heard. However the sound is cut into blocks, the result is the same.
///
/// ```swift
/// var stream = SpeechDetectionStream(try SpeechDetector())
/// while let samples = microphone.next() { probabilities += stream.append(samples) }
/// probabilities += stream.finish()
/// ```
public struct SpeechDetectionStream: Sendable {
    private let detector: SpeechDetector
    private var features: LogMelStream
    /// How many frames are judged.
    public private(set) var judgedCount = 0

    /// A stream at the beginning of a sound.
    public init(_ detector: SpeechDetector) {
        self.detector = detector
        features = LogMelStream(detector.spectrogram)
    }

    /// Takes the next samples, at the detector's rate, full scale ±1.
    ///
    /// - Returns: how likely the frames are speech that could be judged by now, 0 to 1.
    public mutating func append(_ samples: [Float]) -> [Float] {
        features.append(samples)
        return judgeWindows()
    }

    /// Says that no more samples follow.
    ///
    /// - Returns: the same of all frames that are left.
    public mutating func finish() -> [Float] {
        features.finish()
        let judged = judgeWindows()
        return judged + judgeRest()
    }

    private var configuration: FrameClassifierConfiguration { detector.classifier.configuration }

    /// Judges what lies in whole windows, several of which pass the model together.
    private mutating func judgeWindows() -> [Float] {
        let (size, past, future) = (
            configuration.windowFrameCount, configuration.pastFrameCount, configuration.futureFrameCount
        )
        var probabilities: [Float] = []
        while features.frameCount >= max(0, judgedCount - past) + size {
            var windows: [(start: Int, judged: Range<Int>)] = []
            while windows.count < SpeechDetectionStream.windowsAtOnce,
                case let start = max(0, judgedCount - past), features.frameCount >= start + size
            {
                windows.append((start, judgedCount..<start + size - future))
                judgedCount = start + size - future
            }
            probabilities += detector.judge(windows, of: features, frames: size)
            features.discardFrames(before: max(0, judgedCount - past))
        }
        return probabilities
    }

    /// Judges the last frames, of which there are less than a window.
    private mutating func judgeRest() -> [Float] {
        let end = features.frameCount
        guard judgedCount < end else { return [] }
        let start = max(features.heldFrames.lowerBound, judgedCount - configuration.pastFrameCount)
        defer { judgedCount = end }
        return detector.judge([(start, judgedCount..<end)], of: features, frames: end - start)
    }

    /// How many windows pass the model together.
    private static let windowsAtOnce = 16
}

extension SpeechDetector {
    /// Judges windows of frames that a stream holds, all together.
    ///
    /// - Parameters:
    ///   - windows: where each begins, and which of its frames are judged.
    ///   - frames: of each.
    /// - Returns: how likely the frames that are judged are speech.
    func judge(_ windows: [(start: Int, judged: Range<Int>)], of features: LogMelStream, frames: Int) -> [Float] {
        let configuration = classifier.configuration
        let token = configuration.framesAToken
        let whole = (frames + token - 1) / token * token
        let padding = [Float](
            repeating: LogMelSpectrogram.feature(ofSilenceBelow: LogMelSpectrogram.loudestWithoutFloor),
            count: (whole - frames) * configuration.melBinCount)
        let values = windows.flatMap { features.detectorFeatures($0.start..<$0.start + frames).values + padding }
        let probabilities = threads.run {
            classifier.logits(Tensor(shape: [windows.count, whole, configuration.melBinCount], values)).sigmoid().values
        }
        return windows.enumerated().flatMap { row, window in
            let first = row * whole - window.start
            return probabilities[first + window.judged.lowerBound..<first + window.judged.upperBound]
        }
    }
}
