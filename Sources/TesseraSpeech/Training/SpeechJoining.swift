/// How single recordings are spoken one after another, so that a model learns strings of words from recordings of one word
/// each.
///
/// A string of pieces with short pauses is one segment; others may follow after longer pauses, up to the window's end, as in a
/// long recording.
public struct SpeechJoining: Sendable, Equatable {
    /// The most recordings of a string; each number of them from 1 on is equally likely.
    public var maximumCount = 8
    /// Between pieces, in seconds; short ones are likelier.
    public var pause: ClosedRange<Float> = 0.02...0.5
    /// The most silence before and behind the speech, in seconds.
    public var longestMargin: Float = 1
    /// The probability that there is none before the speech, and the same behind it: recordings of single words are often cut
    /// where the word begins and ends.
    public var noMarginProbability: Float = 0.3
    /// The probability that all pieces have one speaker, where speakers are known.
    public var oneSpeakerProbability: Float = 0.8
    /// How much louder or softer each piece is, in dB, where the augmentation varies loudness.
    public var pieceGain: ClosedRange<Float> = -6...6
    /// The probability that another segment follows one.
    public var nextSegmentProbability: Float = 0.5
    /// Before another segment, in seconds.
    public var longPause: ClosedRange<Float> = 0.5...1.5
    /// The probability that text of other recordings is given as if it came before.
    public var previousTextProbability: Float = 0.4
    /// The probability that nobody speaks.
    public var silenceProbability: Float = 0.05

    /// Strings of up to `maximumCount` recordings, the rest as described at each property.
    public init(maximumCount: Int = 8) {
        precondition(maximumCount > 0, "at least one recording is spoken")
        self.maximumCount = maximumCount
    }
}
