/// A model that can decode a window that is still growing.
package protocol LiveSpeechModel: SpeechModel {
    /// Writes down what a window says, with the times of words from the window's beginning.
    ///
    /// - Returns: nil where the text fails the tests of the options, and no better one was asked for.
    func hypothesis(of window: LiveWindow) -> LiveHypothesis?
}

/// Sound that is decoded again as it grows.
package struct LiveWindow: Sendable {
    /// No more than the model takes at once.
    package var samples: [Float]
    /// Text that is certain and comes before.
    package var previousText = ""
    /// Its code; nil where the model is to hear it.
    package var language: String?
    /// Whether the window grows no more, so that a doubtful text is to be decoded in other ways.
    package var isComplete = false
    package var options: TranscriptionOptions
}

/// What one decoding of a window says.
package struct LiveHypothesis: Sendable {
    /// With times in seconds from the window's beginning.
    package var words: [TranscribedWord]
    package var language: String?
    /// Whether windows that follow should see its text: it was not drawn at a high temperature.
    package var isTrusted = true
}
