import ArgumentParser
import TesseraCommands
import TesseraSpeech

/// The options about recordings and how they are varied.
struct SpeechOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What is said in which recording: JSON Lines with audio and text, or a table with tabs between its columns.",
            valueName: "file"))
    var data: String

    @Option(
        help: ArgumentHelp("Recordings to validate with, instead of a part of --data.", valueName: "file"))
    var validationData: String?

    @Option(help: "The part of the recordings that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(help: ArgumentHelp("The language of recordings that name none, such as en.", valueName: "code"))
    var language: String?

    @Option(
        help: "How recordings are varied: none, or standard (speed, loudness, noise, gaps in time and frequency).")
    var augment = SpeechAugmentationOption.standard

    @Option(
        help: ArgumentHelp(
            "Speak up to so many recordings one after another, for strings of words that were recorded one by one.",
            valueName: "count"))
    var join: Int?

    @Option(
        help: """
            The share of batches that are padded with silence to the model's whole window, as transcribe-audio pads them; \
            the others are as long as their longest clip.
            """)
    var fullWindows = 0.5

    @Option(help: "The share of each target that is spread over the vocabulary.")
    var labelSmoothing = 0.1

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.0

    @Option(help: "The probability that the last block is skipped.")
    var stochasticDepth = 0.0

    @Option(
        help: ArgumentHelp(
            "How many of the recordings kept for validation are transcribed in the end, for their word error rate.",
            valueName: "count"))
    var transcribe = 200

    @Flag(help: "Go without recordings that cannot be read, or are too long for the model.")
    var skipUnreadable = false

    func validate() throws {
        try checkSamples(data, validationData: validationData, fraction: validationFraction)
        try require("--join", join, in: 1...1_000)
        try require("--full-windows", fullWindows, in: 0...1)
        try require("--label-smoothing", labelSmoothing, in: 0...0.9)
        try require("--dropout", dropout, in: 0...0.9)
        try require("--stochastic-depth", stochasticDepth, in: 0...0.9)
        try require("--transcribe", transcribe, in: 0...10_000_000)
    }
}

enum SpeechAugmentationOption: String, CaseIterable, ExpressibleByArgument {
    case none, standard

    var augmentation: SpeechAugmentation { self == .none ? .none : .standard }
}
