/// How speech is written down while it is spoken.
public struct LiveTranscriptionOptions: Sendable {
    /// How the model listens. The language, the initial prompt, the search, the temperatures, the thresholds, the tokens and the punctuation
    /// count; times of words are always found, and clips, batches and translation mean nothing here.
    public var decoding: TranscriptionOptions
    /// Seconds of new sound after which the open window is decoded again.
    public var interval = 1.0
    /// Seconds without speech that end an utterance.
    public var pause = 1.0
    /// Seconds; a window that is longer loses its beginning, as far as that is committed. At most half the model's own window.
    public var longestWindow = 15.0

    /// - Parameter decoding: how the model listens.
    public init(_ decoding: TranscriptionOptions = .init()) { self.decoding = decoding }
}
