import ArgumentParser
import TesseraCommands
import TesseraSpeech

/// The options about recordings with labels, and how they are varied.
struct SoundOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The recordings: a folder with a folder for each class.", valueName: "folder"))
    var data: String

    @Option(
        help: ArgumentHelp("Recordings to validate with, instead of a part of --data.", valueName: "folder"))
    var validationData: String?

    @Option(help: "The part of each class that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(
        help:
            "How sounds are varied: none, light (other stretches, times, loudness), standard (also masks of SpecAugment)."
    )
    var augment = SoundAugmentationOption.standard

    @Option(help: "The share of each target that is spread over all classes.")
    var labelSmoothing = 0.1

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.0

    @Option(help: "The probability that the last block is skipped (default: 0.1, with --from 0).")
    var stochasticDepth: Double?

    @Flag(help: "Go without recordings that cannot be read.")
    var skipUnreadable = false

    func validate() throws {
        if validationData != nil, validationFraction != nil {
            throw ValidationError("--validation-data and --validation-fraction exclude each other.")
        }
        if data.isEmpty || validationData == "" { throw ValidationError("The name of a folder must not be empty.") }
        try require("--validation-fraction", validationFraction, in: 0...0.9)
        try require("--label-smoothing", labelSmoothing, in: 0...0.9)
        try require("--dropout", dropout, in: 0...0.9)
        try require("--stochastic-depth", stochasticDepth, in: 0...0.9)
    }

    func stochasticDepth(isFinetuning: Bool) -> Double { stochasticDepth ?? (isFinetuning ? 0 : 0.1) }
}

enum SoundAugmentationOption: String, CaseIterable, ExpressibleByArgument {
    case none, light, standard

    var augmentation: SoundAugmentation {
        switch self {
        case .none: .none
        case .light: .light
        case .standard: .standard
        }
    }
}
