extension Transcriber {
    /// What a model may be able to do beyond writing down what is said; families differ in it.
    public enum Capability: String, Sendable, CaseIterable {
        /// Being told which language is spoken.
        case languageChoice
        /// Translating into English.
        case translation
        /// Finding the times of words.
        case wordTimes
        /// Passing over pauses beside words that look invented.
        case inventionSkipping
        /// Being told which punctuation belongs to the word behind it or before it.
        case wordPunctuation
        /// Other temperatures than 0, tried one after the other until a text passes tests.
        case temperatures
        /// Text that the first window sees as if it came before.
        case initialPrompt
        /// Leaving out what is no speech.
        case silenceSkipping
        /// Encoding short clips at their own length.
        case shortClips
        /// Decoding several windows of a recording at a time.
        case batching
        /// A beam search that goes on until more beams have ended than are kept.
        case patience
        /// Being told how much the length of a text counts.
        case lengthPenalty
        /// Being told which tokens are never chosen.
        case suppressedTokens
        /// Transcribing parts of a recording.
        case clips
        /// Telling how likely each token is.
        case tokenProbabilities
    }

    /// Refuses what the model cannot do.
    ///
    /// - Throws: `UnsupportedOption` naming what is asked for.
    public func check(_ options: TranscriptionOptions) throws(UnsupportedOption) {
        let asked = options.capabilities
        let missing = Capability.allCases.first { asked.contains($0) && !capabilities.contains($0) }
        if let missing { throw UnsupportedOption(capability: missing, model: name) }
    }
}

/// What a model was asked for and cannot do.
public struct UnsupportedOption: Error, Equatable, CustomStringConvertible {
    /// What was asked for.
    public let capability: Transcriber.Capability
    /// What the model's folder is called.
    public let model: String

    /// `tiny-s2t finds no times of words`
    public var description: String { "\(model) \(capability.refusal)" }
}

extension Transcriber.Capability {
    /// What is to be said of a model without it.
    fileprivate var refusal: String {
        switch self {
        case .languageChoice: "knows one language, and takes no choice of it"
        case .translation: "does not translate"
        case .wordTimes: "finds no times of words"
        case .inventionSkipping: "does not invent text for pauses, and passes over none"
        case .wordPunctuation: "finds words by the token between them, and takes no choice of punctuation"
        case .temperatures: "decodes at temperature 0, and tries no others"
        case .initialPrompt: "takes no text to go before"
        case .silenceSkipping: "cannot leave out what is no speech"
        case .shortClips: "has no window that a short clip would be padded to"
        case .batching: "has no windows to decode together"
        case .patience: "ends its search for beams in its own way"
        case .lengthPenalty: "takes no penalty on the length of texts"
        case .suppressedTokens: "takes no choice of tokens"
        case .clips: "transcribes whole recordings"
        case .tokenProbabilities: "does not tell how likely its tokens are"
        }
    }
}

extension TranscriptionOptions {
    /// What a model must be able to do for options that are not the usual ones.
    var capabilities: Set<Transcriber.Capability> {
        let usual = TranscriptionOptions()
        let asked: [(Transcriber.Capability, Bool)] = [
            (.languageChoice, language != nil), (.translation, task == .translate),
            (.wordTimes, timestamps == .word),
            (.inventionSkipping, hallucinationSilenceThreshold != nil),
            (
                .wordPunctuation,
                prependedPunctuation != usual.prependedPunctuation || appendedPunctuation != usual.appendedPunctuation
            ),
            (.initialPrompt, initialPrompt != nil), (.silenceSkipping, skipsSilence), (.shortClips, usesShortClips),
            (.batching, isBatched), (.patience, patience != usual.patience), (.lengthPenalty, lengthPenalty != nil),
            (.suppressedTokens, suppressedTokens != usual.suppressedTokens), (.clips, !clips.isEmpty),
            (.tokenProbabilities, tellsTokens),
            (
                .temperatures,
                temperatures != usual.temperatures || bestOf != usual.bestOf
                    || compressionRatioThreshold != usual.compressionRatioThreshold
                    || logProbabilityThreshold != usual.logProbabilityThreshold
                    || noSpeechThreshold != usual.noSpeechThreshold
            ),
        ]
        return Set(asked.filter(\.1).map(\.0))
    }
}
