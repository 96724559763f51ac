internal import ArgumentParser
internal import TesseraCommands
internal import TesseraSpeech

/// The options of speech that is written down while it is spoken.
struct LiveOptions: ParsableArguments {
    @Flag(help: "Write words as soon as they are certain, from standard input as it comes or from a file.")
    var live = false

    @Option(
        help: ArgumentHelp(
            "The rate of bare samples on standard input, of 16 bits, little-endian, one channel (default: 16000).",
            valueName: "hz"))
    var rawRate: Int?

    func validate() throws {
        try require("--raw-rate", rawRate, in: 1000...384_000)
        if rawRate != nil, !live { throw ValidationError("--raw-rate needs --live.") }
    }
}

/// What `--format` takes: a transcript's formats, and a line of JSON for each piece of news of `--live`.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case txt, json, jsonl, srt, vtt, tsv

    /// Nil for what transcripts have no format of.
    var ofTranscripts: TranscriptFormat? { TranscriptFormat(rawValue: rawValue) }
}

extension DecodingOptions {
    /// The options that mean nothing where speech is written down while it is spoken, and whether each is given.
    var besideLive: [(name: String, isGiven: Bool)] {
        [
            ("--task \(task)", task != .transcribe), ("--timestamps \(timestamps)", timestamps == .none),
            ("--skip-silence", skipSilence), ("--batched", batched),
            ("--carry-initial-prompt", windows.carryInitialPrompt),
            ("--clip-timestamps", windows.clipTimestamps != nil),
            ("--hallucination-silence-threshold", windows.hallucinationSilenceThreshold != nil),
        ]
    }
}
