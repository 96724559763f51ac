import ArgumentParser
import TesseraCommands
import TesseraSeriesCommands

/// The options about series and the windows that are cut out of them.
struct SeriesOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Series to learn from: CSV files, or folders of such.", valueName: "file"))
    var data: [String] = []

    @Option(
        help: ArgumentHelp(
            "Made-up windows an epoch, alone or together with --data: new ones in every epoch.", valueName: "count"))
    var synthetic: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Series to validate with, instead of the last part of --data.", valueName: "file"))
    var validationData: [String] = []

    @Option(help: "The last part of each series, which is kept for validation (default: 0.2).")
    var validationFraction: Double?

    @OptionGroup var table: TableOptions

    @Option(help: ArgumentHelp("From one window of a series to the next.", valueName: "steps"))
    var stride = 1

    @Flag(
        help: """
            Bring each column to a mean of 0 and a deviation of 1, by the part it is learned from, as benchmarks do. \
            PatchTST, whose loss is in the units of the series, learns columns of different sizes alike only so.
            """)
    var standardize = false

    @Option(help: "The probability that an element of a sublayer's result is left out.")
    var dropout = 0.0

    func validate() throws {
        if data.isEmpty, synthetic == nil {
            throw ValidationError("Give --data, for windows of series, --synthetic, for made-up ones, or both.")
        }
        if !validationData.isEmpty, validationFraction != nil {
            throw ValidationError("--validation-data and --validation-fraction exclude each other.")
        }
        if data.isEmpty, validationFraction != nil {
            throw ValidationError("--validation-fraction is of --data, which is not given.")
        }
        if (data + validationData).contains("") {
            throw ValidationError("The name of a file must not be empty.")
        }
        try require("--synthetic", synthetic, in: 1...1_000_000_000)
        try require("--validation-fraction", validationFraction, in: 0...0.9)
        try require("--stride", stride, in: 1...1_000_000)
        try require("--dropout", dropout, in: 0...0.9)
    }
}
