internal import ArgumentParser
internal import TesseraCommands
internal import TesseraSpeech

/// The options that say what becomes of a window: openai/whisper's, by its names.
struct WindowOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Above temperature 0, draw so many texts, of which the likeliest counts.", valueName: "n"))
    var bestOf = 5

    @Option(help: ArgumentHelp("End a search when so many times --beam-size beams have ended.", valueName: "x"))
    var patience: Double?

    @Option(
        help: ArgumentHelp(
            "Divide log-probabilities by ((5 + length) / 6) to this power instead of by the length.", valueName: "x"))
    var lengthPenalty: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Never choose these tokens, ids between commas; -1 for those that the model's folder names, '' for none.",
            valueName: "ids"))
    var suppressTokens = TokenList([-1])

    @Option(
        help: ArgumentHelp(
            "Take text that compresses better than this for repetition, and decode again (none: never).", valueName: "x"
        ))
    var compressionRatioThreshold = Threshold(2.4)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Decode again where the mean log-probability is lower (none: never).", valueName: "x"))
    var logprobThreshold = Threshold(-1)

    @Option(
        help: ArgumentHelp(
            "Leave out unlikely text where the probability of no speech is higher (none: never).", valueName: "x"))
    var noSpeechThreshold = Threshold(0.6)

    @Option(
        help: ArgumentHelp(
            "Raise the temperature by this much while the text is doubtful, up to 1 (none: never).", valueName: "x"))
    var temperatureIncrementOnFallback: Threshold?

    @Flag(inversion: .prefixedNo, help: "Let each window see the text of those before it.")
    var conditionOnPreviousText = true

    @Flag(help: "Let all windows see --initial-prompt, not the first alone.")
    var carryInitialPrompt = false

    @Option(
        help: ArgumentHelp(
            "Transcribe parts, by their seconds START,END,START,END…; the last may go to the end.", valueName: "times"))
    var clipTimestamps: ClipTimestamps?

    @Option(
        help: ArgumentHelp(
            "With times of words, pass over pauses longer than this beside text that looks invented.", valueName: "s"))
    var hallucinationSilenceThreshold: Double?

    @Option(help: ArgumentHelp("Punctuation that belongs to the word behind it.", valueName: "signs"))
    var prependPunctuations: String?

    @Option(help: ArgumentHelp("Punctuation that belongs to the word before it.", valueName: "signs"))
    var appendPunctuations: String?

    func validate() throws {
        try require("--best-of", bestOf, in: 1...100)
        try require("--patience", patience, in: 0.01...100)
        try require("--length-penalty", lengthPenalty, in: 0...1)
        try require("--no-speech-threshold", noSpeechThreshold.value, in: 0...1)
        try require("--temperature-increment-on-fallback", temperatureIncrementOnFallback?.value, in: 0.01...1)
        try require("--hallucination-silence-threshold", hallucinationSilenceThreshold, in: 0...3600)
    }

    /// Adds what the options say to `options`.
    func apply(to options: inout TranscriptionOptions) {
        options.bestOf = bestOf
        if let patience { options.patience = patience }
        options.lengthPenalty = lengthPenalty
        options.suppressedTokens = suppressTokens.ids
        options.compressionRatioThreshold = compressionRatioThreshold.value
        options.logProbabilityThreshold = logprobThreshold.value
        options.noSpeechThreshold = noSpeechThreshold.value
        options.conditionsOnPreviousText = conditionOnPreviousText
        options.carriesInitialPrompt = carryInitialPrompt
        options.clips = clipTimestamps?.clips ?? []
        options.hallucinationSilenceThreshold = hallucinationSilenceThreshold
        if let prependPunctuations { options.prependedPunctuation = prependPunctuations }
        if let appendPunctuations { options.appendedPunctuation = appendPunctuations }
    }
}

/// A number, or `none`.
struct Threshold: ExpressibleByArgument, CustomStringConvertible {
    let value: Double?

    init(_ value: Double?) { self.value = value }

    init?(argument: String) {
        value = Double(argument)
        guard value?.isFinite ?? (argument == "none") else { return nil }
    }

    var description: String { value.map { "\($0)" } ?? "none" }
    var defaultValueDescription: String { description }
}

/// `START,END,START,END…` in seconds, each later than the one before.
struct ClipTimestamps: ExpressibleByArgument {
    let clips: [TranscriptionOptions.Clip]

    init?(argument: String) {
        let times = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard !times.isEmpty, times.allSatisfy({ $0 >= 0 && $0.isFinite }),
            zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        clips = stride(from: 0, to: times.count, by: 2).map { index in
            .init(start: times[index], end: index + 1 < times.count ? times[index + 1] : nil)
        }
    }
}

/// Ids between commas; an empty text has none.
struct TokenList: ExpressibleByArgument, CustomStringConvertible {
    let ids: [Int32]

    init(_ ids: [Int32]) { self.ids = ids }

    init?(argument: String) {
        let parts = argument.split(separator: ",")
        ids = parts.compactMap { Int32($0) }.filter { $0 >= -1 }
        guard ids.count == parts.count else { return nil }
    }

    var description: String { ids.map(String.init).joined(separator: ",") }
    var defaultValueDescription: String { description }
}
