import ArgumentParser
import TesseraCommands

/// The options of a training that tells classes apart, each of which is a folder of its own.
struct ClassOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A folder like --data to validate with, instead of a part of it.", valueName: "folder"))
    var validationData: String?

    @Option(help: "The part of each class that is kept for validation (default: 0.1).")
    var validationFraction: Double?

    @Option(help: "The share of each target that is spread over all classes.")
    var labelSmoothing = 0.1

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.0

    @Option(help: "The probability that the last block is skipped (default: 0.1, with --from 0).")
    var stochasticDepth: Double?

    @Flag(help: "Go without files that cannot be read.")
    var skipUnreadable = false

    func validate() throws {
        try checkSamples(validationData: validationData, fraction: validationFraction, kind: "folder")
        try require("--label-smoothing", labelSmoothing, in: 0...0.9)
        try require("--dropout", dropout, in: 0...0.9)
        try require("--stochastic-depth", stochasticDepth, in: 0...0.9)
    }

    func stochasticDepth(isFinetuning: Bool) -> Double { stochasticDepth ?? (isFinetuning ? 0 : 0.1) }
}
