internal import TesseraSpeech

/// What a client chooses of a session, and what it has where it chooses nothing: OpenAI's defaults.
struct RealtimeSettings: Sendable, Equatable {
    /// How the server finds where somebody speaks.
    struct TurnDetection: Sendable, Equatable {
        /// How likely sound must be speech, 0 to 1.
        var threshold = 0.5
        /// Milliseconds of sound before speech that belong to it.
        var prefixPadding = 300
        /// Milliseconds without speech that end an item.
        var silenceDuration = 500
    }

    var format = RealtimeFormat.pcm16
    var model: String?
    var language: String?
    var prompt: String?
    /// Nil where the client says itself where an item ends.
    var turnDetection: TurnDetection? = TurnDetection()

    /// How a model hears with them.
    ///
    /// - Parameter usual: the options that hold where the client does not say it.
    /// - Throws: `APIError` 400 where the model does not know the language.
    func options(for transcriber: Transcriber, _ usual: TranscriptionOptions) throws(APIError)
        -> LiveTranscriptionOptions
    {
        var decoding = usual
        decoding.initialPrompt = prompt ?? usual.initialPrompt
        decoding.language = language ?? usual.language
        var options = LiveTranscriptionOptions(try decoding.checked(for: transcriber))
        guard let turnDetection else { return options }
        options.threshold = Float(turnDetection.threshold)
        options.leadIn = Double(turnDetection.prefixPadding) / 1000
        options.pause = Double(turnDetection.silenceDuration) / 1000
        return options
    }
}
