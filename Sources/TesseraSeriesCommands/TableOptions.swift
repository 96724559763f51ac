public import ArgumentParser
public import TesseraSeries

extension Frequency: ExpressibleByArgument {}

/// The options that say how a table of series is to be read, of all commands that read such.
public struct TableOptions: ParsableArguments {
    /// `--time`: the column of times; the first that holds some where nil.
    @Option(help: ArgumentHelp("The column of times (default: the first that holds some).", valueName: "column"))
    public var time: String?

    /// `--target`: the columns of values; all that hold numbers where empty.
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The columns of values (default: all that hold numbers).", valueName: "column"))
    public var target: [String] = []

    /// `--id`: the column that tells series apart, of a table where one stands below the other.
    @Option(
        help: ArgumentHelp(
            "The column that tells series apart, where one stands below the other.", valueName: "column"))
    public var id: String?

    /// `--frequency`: how far apart times lie; found from them where nil.
    @Option(
        help: ArgumentHelp(
            "How far apart times lie: 15min, h, D, B, W, MS, ME, BME, QS, YS, daily, … (default: what most times keep to).",
            valueName: "step"))
    public var frequency: Frequency?

    /// `--decimal-comma`: numbers have a comma where others have a point.
    @Flag(help: "Numbers have a comma where others have a point: 3,14.")
    public var decimalComma = false

    public init() {}

    public func validate() throws {
        // A column of values may be without a name.
        for (name, column) in [("--time", time), ("--id", id)] where column == "" {
            throw ValidationError("\(name) must not be empty.")
        }
    }

    /// What the tables do not say of themselves.
    public var fileOptions: SeriesFile.Options {
        var options = SeriesFile.Options()
        options.timeColumn = time
        options.valueColumns = target.isEmpty ? nil : target
        options.identifierColumn = id
        options.frequency = frequency
        options.hasDecimalComma = decimalComma
        return options
    }
}
