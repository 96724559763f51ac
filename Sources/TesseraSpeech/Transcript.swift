/// What was said in a recording.
public struct Transcript: Sendable {
    /// Seconds.
    public var duration = 0.0
    /// The language's code; nil where there was nothing to transcribe.
    public var language: String?
    /// All of it, without times.
    public var text = ""
    /// In the order of their times.
    public var segments: [TranscribedSegment] = []
    /// Where somebody speaks, which alone was transcribed; nil where it was not looked for.
    public var speech: [SpeechStretch]?
    /// Whether several windows were decoded at a time, each by itself, and not one after the other.
    public var isBatched = false
    /// For each window what was tried, and what came of it.
    public var decisions: [WindowDecision] = []
    /// What was odd about the file without hindering its use; mostly empty.
    public var warnings: [String] = []

    /// A transcript to which segments can be added.
    ///
    /// - Parameter duration: seconds.
    public init(duration: Double = 0, warnings: [String] = []) { (self.duration, self.warnings) = (duration, warnings) }
}

/// A stretch of speech with its text, as openai/whisper describes it.
public struct TranscribedSegment: Sendable, Equatable {
    /// Its number in the recording.
    public var id: Int
    /// Where its window begins, in frames of 10 ms.
    public var seek: Int
    /// Seconds from the beginning of the recording.
    public var start, end: Double
    /// As the model wrote it, with the space in front.
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
    /// The tokens of its text, where they were asked for.
    public var textTokens: [TranscribedToken]?

    /// - Parameters:
    ///   - id: its number in the recording.
    ///   - seek: where its window begins, in frames of 10 ms.
    ///   - start: seconds from the beginning of the recording.
    ///   - end: the same.
    ///   - text: as the model wrote it, with the space in front.
    ///   - tokens: timestamps included.
    ///   - temperature: the one its window was decoded at.
    ///   - averageLogProbability: of the window's tokens.
    ///   - compressionRatio: bytes of the window's text by those of its compressed form.
    ///   - noSpeechProbability: that the window holds no speech.
    ///   - words: where their times are known.
    ///   - textTokens: the tokens of its text, where they are to be told.
    public init(
        id: Int, seek: Int, start: Double, end: Double, text: String, tokens: [Int32] = [], temperature: Float = 0,
        averageLogProbability: Double = 0, compressionRatio: Double = 1, noSpeechProbability: Double = 0,
        words: [TranscribedWord]? = nil, textTokens: [TranscribedToken]? = nil
    ) {
        (self.id, self.seek, self.start, self.end) = (id, seek, start, end)
        (self.text, self.tokens, self.temperature) = (text, tokens, temperature)
        self.averageLogProbability = averageLogProbability
        self.compressionRatio = compressionRatio
        self.noSpeechProbability = noSpeechProbability
        (self.words, self.textTokens) = (words, textTokens)
    }
}

/// A token of a text, and how likely the model called it.
public struct TranscribedToken: Sendable, Equatable {
    /// The bytes that it stands for, which may be only a part of a character.
    public var bytes: [UInt8]
    /// The natural logarithm of its probability.
    public var logProbability: Double

    /// - Parameters:
    ///   - bytes: those that it stands for.
    ///   - logProbability: the natural logarithm of its probability.
    public init(bytes: [UInt8], logProbability: Double) { (self.bytes, self.logProbability) = (bytes, logProbability) }

    /// Its bytes as text, with U+FFFD for a part of a character.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A word with the punctuation that belongs to it.
public struct TranscribedWord: Sendable, Equatable {
    /// As the model wrote it, with the space in front.
    public var word: String
    /// Seconds from the beginning of the recording.
    public var start, end: Double
    /// The mean probability of its tokens.
    public var probability: Double

    /// - Parameters:
    ///   - word: with the space in front of it.
    ///   - start: seconds from the beginning of the recording.
    ///   - end: the same.
    ///   - probability: the mean of its tokens'.
    public init(word: String, start: Double, end: Double, probability: Double) {
        (self.word, self.start, self.end, self.probability) = (word, start, end, probability)
    }
}

/// What was tried to decode a window, and what came of it.
public struct WindowDecision: Sendable, Equatable {
    /// What became of a window's text. The raw values are words for the user.
    public enum Verdict: String, Sendable {
        /// The last attempt passed every test.
        case kept
        /// No attempt passed; the last was kept, as openai/whisper does.
        case keptThoughRepetitive = "kept though repetitive"
        /// No attempt was likely enough; the last was kept, as openai/whisper does.
        case keptThoughUnlikely = "kept though unlikely"
        /// The model heard no speech, and was unsure of its text.
        case droppedAsSilence = "dropped as silence"
        /// There was no speech to decode.
        case skippedAsSilence = "skipped as silence"
        /// It began with silence and a text that looked invented, and was decoded again behind the silence.
        case skippedAsHallucination = "skipped as hallucination"
    }

    /// One decoding of a window, and what it was tested by.
    public struct Attempt: Sendable, Equatable {
        /// The one it was decoded at; 0 takes the likeliest tokens.
        public var temperature: Float
        /// The mean log-probability of its tokens.
        public var averageLogProbability: Double
        /// Bytes of its text by those of its compressed form: repetition makes it large.
        public var compressionRatio: Double
        /// The probability that the window holds no speech.
        public var noSpeechProbability: Double

        /// - Parameters:
        ///   - temperature: the one it was decoded at.
        ///   - averageLogProbability: of its tokens.
        ///   - compressionRatio: bytes of its text by those of its compressed form.
        ///   - noSpeechProbability: that the window holds no speech.
        public init(
            temperature: Float, averageLogProbability: Double, compressionRatio: Double, noSpeechProbability: Double
        ) {
            self.temperature = temperature
            self.averageLogProbability = averageLogProbability
            self.compressionRatio = compressionRatio
            self.noSpeechProbability = noSpeechProbability
        }
    }

    /// Where the window begins, in frames of 10 ms.
    public var seek: Int
    /// What came of it.
    public var verdict: Verdict
    /// What was tried, in its order; empty where there was no speech to decode.
    public var attempts: [Attempt]

    /// - Parameters:
    ///   - seek: where the window begins, in frames of 10 ms.
    ///   - verdict: what came of it.
    ///   - attempts: what was tried, in its order.
    public init(seek: Int, verdict: Verdict, attempts: [Attempt]) {
        (self.seek, self.verdict, self.attempts) = (seek, verdict, attempts)
    }
}
