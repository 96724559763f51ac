public import ArgumentParser
internal import TesseraCommands
public import TesseraSpeech

extension TranscriptionOptions.Task: ExpressibleByArgument {}
extension TranscriptionOptions.Timestamps: ExpressibleByArgument {}

/// The options that say how a model listens.
struct DecodingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The language that is spoken, such as en (default: what the model hears).", valueName: "code"))
    var language: String?

    @Option(help: "transcribe, or translate into English.")
    var task = TranscriptionOptions.Task.transcribe

    @Option(help: "The times to find: none, segment or word.")
    var timestamps = TranscriptionOptions.Timestamps.segment

    @Option(help: ArgumentHelp("Search among so many beams instead of taking the likeliest token.", valueName: "n"))
    var beamSize: Int?

    @Option(
        help: ArgumentHelp(
            "Decode at this temperature alone, 0 to 1 (default: 0, and up in steps of 0.2 while the text is doubtful).",
            valueName: "t"))
    var temperature: Float?

    @Option(help: ArgumentHelp("Text to go before, with names or in the style that is expected.", valueName: "text"))
    var initialPrompt: String?

    @OptionGroup(title: "Windows") var windows: WindowOptions

    @Flag(help: "Leave out what is no speech: silence, noise, music, for which models invent text.")
    var skipSilence = false

    @Flag(help: "Encode recordings shorter than the model's window at their own length: faster, with other numbers.")
    var shortClips = false

    @Flag(
        help: """
            Cut recordings at pauses and decode several windows at a time, none of which sees the text before it: faster.
            """)
    var batched = false

    func validate() throws {
        try require("--beam-size", beamSize, in: 1...100)
        try require("--temperature", temperature, in: 0...1)
        if let temperature, temperature > 0, beamSize != nil {
            throw ValidationError("--beam-size searches at temperature 0, but --temperature is \(temperature).")
        }
        if windows.patience != nil, beamSize == nil { throw ValidationError("--patience needs --beam-size.") }
        if windows.carryInitialPrompt, initialPrompt == nil {
            throw ValidationError("--carry-initial-prompt needs --initial-prompt.")
        }
        let ofSequences: [(String, Bool)] = [
            ("--short-clips", shortClips),
            ("--hallucination-silence-threshold", windows.hallucinationSilenceThreshold != nil),
        ]
        if batched, let option = ofSequences.first(where: \.1)?.0 {
            throw ValidationError("--batched and \(option) exclude each other.")
        }
        let ofWords: [(String, Bool)] = [
            ("--hallucination-silence-threshold", windows.hallucinationSilenceThreshold != nil),
            ("--prepend-punctuations", windows.prependPunctuations != nil),
            ("--append-punctuations", windows.appendPunctuations != nil),
        ]
        if timestamps != .word, let option = ofWords.first(where: \.1)?.0 {
            throw ValidationError("\(option) needs --timestamps word.")
        }
    }

    var options: TranscriptionOptions {
        var options = TranscriptionOptions()
        options.language = language?.lowercased()
        options.task = task
        options.timestamps = timestamps
        options.beamSize = beamSize
        if let temperatures { options.temperatures = temperatures }
        options.initialPrompt = initialPrompt
        options.skipsSilence = skipSilence
        options.usesShortClips = shortClips
        options.isBatched = batched
        windows.apply(to: &options)
        return options
    }

    /// Those that are tried one after the other; nil where no option speaks of them.
    private var temperatures: [Float]? {
        guard let increment = windows.temperatureIncrementOnFallback else { return temperature.map { [$0] } }
        let first = Double(temperature ?? 0)
        guard let step = increment.value else { return [Float(first)] }
        return stride(from: first, through: 1 + 1e-6, by: step).map { Float($0) }
    }

    /// Refuses what the model cannot do.
    ///
    /// - Throws: `ValidationError` (exit code 64) naming the option and the model.
    func check(_ transcriber: Transcriber) throws {
        do {
            try transcriber.check(options)
        } catch {
            throw ValidationError("\(name(of: error.capability)): \(error).")
        }
        let tokenCount = transcriber.transformer?.configuration.decoder.vocabularySize ?? 0
        if let id = options.suppressedTokens.first(where: { $0 >= tokenCount }) {
            throw ValidationError("--suppress-tokens \(id) is none of this model's \(tokenCount) tokens.")
        }
        let known = transcriber.languages.isEmpty ? [Transcriber.onlyLanguage] : transcriber.languages
        if let code = options.language, !known.contains(code) {
            throw ValidationError("--language \(code) is none of this model's: \(known.joined(separator: ", ")).")
        }
    }

    /// The option that asks for something.
    private func name(of capability: Transcriber.Capability) -> String {
        switch capability {
        case .languageChoice: "--language"
        case .translation: "--task translate"
        case .wordTimes: "--timestamps word"
        case .inventionSkipping: "--hallucination-silence-threshold"
        case .wordPunctuation:
            windows.prependPunctuations == nil ? "--append-punctuations" : "--prepend-punctuations"
        case .temperatures: "--temperature"
        case .initialPrompt: "--initial-prompt"
        case .silenceSkipping: "--skip-silence"
        case .shortClips: "--short-clips"
        case .batching: "--batched"
        case .patience: "--patience"
        case .lengthPenalty: "--length-penalty"
        case .suppressedTokens: "--suppress-tokens"
        case .clips: "--clip-timestamps"
        // Only the library and the server ask for it.
        case .tokenProbabilities: "the probability of each token"
        }
    }
}
