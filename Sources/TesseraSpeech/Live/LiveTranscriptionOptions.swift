/// How speech is written down while it is spoken.
public struct LiveTranscriptionOptions: Sendable {
    /// How the model listens. The language, the initial prompt, the search, the temperatures, the thresholds, the tokens and the punctuation
    /// count; times of words are always found, and clips, batches and translation mean nothing here.
    public var decoding: TranscriptionOptions
    /// Seconds of new sound after which the open window is decoded again.
    public var interval = 1.0
    /// Seconds without speech that end an utterance.
    public var pause = 1.0
    /// How likely sound must be speech for an utterance to begin, 0 to 1; it goes on while it is 0.15 less likely.
    public var threshold: Float = 0.5
    /// Seconds of sound before speech that are decoded with it.
    public var leadIn = 0.4
    /// Seconds; a window that is longer loses its beginning, as far as that is committed. At most half the model's own window.
    public var longestWindow = 15.0

    /// - Parameter decoding: how the model listens.
    public init(_ decoding: TranscriptionOptions = .init()) { self.decoding = decoding }
}
