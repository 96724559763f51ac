/// How many frames of recordings a detector of speech gets wrong.
public struct FrameErrors: Sendable, Equatable {
    /// Frames in which somebody speaks, and those of them that were not found.
    public var speechCount = 0, missedCount = 0
    /// All other frames, and those of them that were taken for speech.
    public var otherCount = 0, falseAlarmCount = 0

    /// Of nothing.
    public init() {}

    /// - Parameters:
    ///   - probabilities: of each frame of a recording; it is taken for speech from a half on.
    ///   - speech: where somebody speaks.
    ///   - frameDuration: seconds from one frame to the next.
    public init(_ probabilities: [Float], _ speech: [SpeechStretch], frameDuration: Double) {
        let isSpeech = speech.holds(0..<probabilities.count, frameDuration: frameDuration)
        for (probability, isSpeech) in zip(probabilities, isSpeech) {
            if isSpeech { speechCount += 1 } else { otherCount += 1 }
            if isSpeech, probability < 0.5 { missedCount += 1 }
            if !isSpeech, probability >= 0.5 { falseAlarmCount += 1 }
        }
    }

    /// The share of all frames that are wrong.
    public var rate: Double { Double(missedCount + falseAlarmCount) / Double(max(1, speechCount + otherCount)) }
    /// The share of speech that was not found.
    public var missRate: Double { Double(missedCount) / Double(max(1, speechCount)) }
    /// The share of all else that was taken for speech.
    public var falseAlarmRate: Double { Double(falseAlarmCount) / Double(max(1, otherCount)) }

    /// Adds those of other recordings.
    public static func += (left: inout FrameErrors, right: FrameErrors) {
        left.speechCount += right.speechCount
        left.missedCount += right.missedCount
        left.otherCount += right.otherCount
        left.falseAlarmCount += right.falseAlarmCount
    }
}
