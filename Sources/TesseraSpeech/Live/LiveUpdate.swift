/// What becomes known while somebody speaks. Times are in seconds from the sound's beginning.
public enum LiveUpdate: Sendable, Equatable {
    /// Somebody begins to speak, at this time.
    case speechStarted(Double)
    /// A pause, or the end: nobody speaks any more, from this time on. What was said before is committed next.
    case speechStopped(Double)
    /// Words that are certain. They follow those that were committed before, and never change.
    case committed([TranscribedWord])
    /// What seems to be said behind the words that are certain, until the next update; it may be nothing.
    case tentative([TranscribedWord])
    /// All words of an utterance are committed, and those that follow are of the next. None comes of speech in which no words are found.
    case utterance(LiveUtterance)
}

/// What was said between two pauses.
public struct LiveUtterance: Sendable, Equatable {
    /// From when to when somebody spoke.
    public var speech: SpeechStretch
    /// The words that were committed, never none.
    public var words: [TranscribedWord]
    /// The code of the language that the model hears, or was told.
    public var language: String?

    /// - Parameters:
    ///   - speech: from when to when somebody spoke.
    ///   - words: those that were committed.
    ///   - language: its code.
    public init(speech: SpeechStretch, words: [TranscribedWord], language: String? = nil) {
        (self.speech, self.words, self.language) = (speech, words, language)
    }

    /// The words together.
    public var text: String { words.map(\.word).joined().trimmed }
}
