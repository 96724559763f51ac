extension WindowDecision.Verdict {
    /// Whether another temperature is to be tried.
    var isDoubtful: Bool { self == .keptThoughRepetitive || self == .keptThoughUnlikely }
}

extension DecodedWindow {
    /// Whether the text passes the tests of `options` (openai/whisper, `decode_with_fallback` and `transcribe`).
    func verdict(_ options: TranscriptionOptions) -> WindowDecision.Verdict {
        let isUnlikely = options.logProbabilityThreshold.map { averageLogProbability < $0 } ?? false
        if let threshold = options.noSpeechThreshold, noSpeechProbability > threshold {
            // A window that is likely enough counts as speech whatever the probability of none.
            let isTrusted = options.logProbabilityThreshold.map { averageLogProbability > $0 } ?? false
            if !isTrusted { return .droppedAsSilence }
        }
        if let threshold = options.compressionRatioThreshold, compressionRatio > threshold {
            return .keptThoughRepetitive
        }
        return isUnlikely ? .keptThoughUnlikely : .kept
    }
}
