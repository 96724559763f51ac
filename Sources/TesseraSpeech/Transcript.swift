/// What was said in a recording.
public struct Transcript: Sendable {
    /// Seconds.
    public var duration = 0.0
    /// The language's code; nil where there was nothing to transcribe.
    public var language: String?
    public var text = ""
    public var segments: [TranscribedSegment] = []
    /// For each window what was tried, and what came of it.
    public var decisions: [WindowDecision] = []
    /// What was odd about the file without hindering its use; mostly empty.
    public var warnings: [String] = []

    init() {}
}

/// A stretch of speech with its text, as openai/whisper describes it.
public struct TranscribedSegment: Sendable, Equatable {
    /// Its number in the recording.
    public var id: Int
    /// Where its window begins, in frames of 10 ms.
    public var seek: Int
    /// Seconds from the beginning of the recording.
    public var start, end: Double
    public var text: String
    /// Timestamps included.
    public var tokens: [Int32]
    /// The temperature its window was decoded at in the end.
    public var temperature: Float
    /// The mean log-probability of the window's tokens.
    public var averageLogProbability: Double
    /// Bytes of the window's text by those of its compressed form: repetition makes it large.
    public var compressionRatio: Double
    /// The probability that the window holds no speech.
    public var noSpeechProbability: Double
    /// Where times of words were asked for.
    public var words: [TranscribedWord]?
}

/// A word with the punctuation that belongs to it.
public struct TranscribedWord: Sendable, Equatable {
    public var word: String
    /// Seconds from the beginning of the recording.
    public var start, end: Double
    /// The mean probability of its tokens.
    public var probability: Double
}

/// What was tried to decode a window, and what came of it.
public struct WindowDecision: Sendable, Equatable {
    public enum Verdict: String, Sendable {
        /// The last attempt passed every test.
        case kept
        /// No attempt passed; the last was kept, as openai/whisper does.
        case keptThoughRepetitive = "kept though repetitive"
        case keptThoughUnlikely = "kept though unlikely"
        /// The model heard no speech, and was unsure of its text.
        case droppedAsSilence = "dropped as silence"
        /// There was no speech to decode.
        case skippedAsSilence = "skipped as silence"
    }

    public struct Attempt: Sendable, Equatable {
        public var temperature: Float
        public var averageLogProbability: Double
        public var compressionRatio: Double
        public var noSpeechProbability: Double
    }

    /// Where the window begins, in frames of 10 ms.
    public var seek: Int
    public var verdict: Verdict
    public var attempts: [Attempt]
}
