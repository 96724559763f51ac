/// How a recording is transcribed; the defaults are openai/whisper's.
public struct TranscriptionOptions: Sendable {
    /// What is written down.
    public enum Task: String, Sendable, CaseIterable {
        /// What is said, in its own language.
        case transcribe
        /// Into English.
        case translate
    }

    /// What has times.
    public enum Timestamps: String, Sendable, CaseIterable {
        /// Nothing but windows: the model writes text alone.
        case none
        /// Segments, as the model writes their timestamps.
        case segment
        /// Segments, and each word in them (Whisper, wav2vec 2.0, HuBERT).
        case word
    }

    /// A code such as `en`; detected where nil.
    public var language: String?
    /// What is written down.
    public var task = Task.transcribe
    /// What has times.
    public var timestamps = Timestamps.segment
    /// How many beams are kept at temperature 0; nil takes the likeliest token each time.
    public var beamSize: Int?
    /// A beam search goes on until this many times `beamSize` beams have ended.
    public var patience = 1.0
    /// Of several sequences the one counts whose log-probability is highest, divided by Google's length penalty with this exponent
    /// (Wu et al., 2016, equation 14: `((5 + length) / 6)^exponent`); by its length where nil.
    public var lengthPenalty: Double?
    /// The tokens that are never chosen, beside those that begin a transcript or say its task. -1 stands for the checkpoint's, which of
    /// published ones are signs that nobody speaks; where there are none, any token may be chosen.
    public var suppressedTokens: [Int32] = [-1]
    /// Tried one after the other, until a window's text passes the tests below.
    public var temperatures: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]
    /// How many sequences are drawn above temperature 0, of which the likeliest counts.
    public var bestOf = 5
    /// Text that compresses better than this is taken for repetition.
    public var compressionRatioThreshold: Double? = 2.4
    /// A lower mean log-probability fails.
    public var logProbabilityThreshold: Double? = -1
    /// Above this probability of no speech, a window that fails the test before counts as silent.
    public var noSpeechThreshold: Double? = 0.6
    /// Whether a window sees the text of those before it.
    public var conditionsOnPreviousText = true
    /// Text that the first window sees as if it came before: names, or a style to follow.
    public var initialPrompt: String?
    /// Whether all windows see it, before the text of those before them.
    public var carriesInitialPrompt = false
    /// The most tokens of a window; half the decoder's context where nil.
    public var tokenLimit: Int?
    /// The parts of the recording that are transcribed, one after the other; all of it where there are none.
    public var clips: [Clip] = []
    /// With times of words: pauses longer than this many seconds are passed over where a text beside them looks invented, by words that
    /// are too short, too long or unlikely.
    public var hallucinationSilenceThreshold: Double?
    /// Punctuation that belongs to the word behind it.
    public var prependedPunctuation = "\"'“¿([{-"
    /// Punctuation that belongs to the word before it.
    public var appendedPunctuation = "\"'.。,，!！?？:：”)]}、"
    /// Whether only what a detector takes for speech is transcribed (`SpeechDetector`): what a model invents for silence, noise and music
    /// is then not written down.
    public var skipsSilence = false
    /// Whether the recording is cut into windows at the pauses that a detector finds, and several of them are decoded at a time: faster
    /// for long recordings. No window sees the text of those before it.
    public var isBatched = false
    /// Whether a clip shorter than the window is encoded at its own length, which is several times faster, and only where its
    /// text then fails the tests at full length.
    public var usesShortClips = false
    /// Whether segments tell how likely each of their tokens is.
    public var tellsTokens = false
    /// What the detector takes for speech with `skipsSilence` or `isBatched`; what faster-whisper takes for it where nil.
    public var speechRules: SpeechStretchRules?

    /// A part of a recording, in seconds from its beginning.
    public struct Clip: Sendable, Equatable {
        /// Where it begins.
        public var start: Double
        /// Where it ends; with the recording where nil.
        public var end: Double?

        /// - Parameters:
        ///   - start: in seconds.
        ///   - end: in seconds; with the recording where nil.
        public init(start: Double, end: Double? = nil) { (self.start, self.end) = (start, end) }
    }

    /// What openai/whisper does when it is told nothing.
    public init() {}
}
