public import TesseraFiles

/// A CSV file of series: a header row, a column of times, and columns of values.
///
/// ```swift
/// let file = try SeriesFile("sales.csv")
/// for history in file.series.flatMap(\.histories) { print(history.name, history.count) }
/// ```
///
/// A wide table is one series, with all columns of numbers or with those that are named. A long table, whose column of
/// identifiers is named, is a series for each identifier, in the order in which they first occur; their rows may be mixed.
///
/// Times are dates with or without a time of day, fraction and offset (`2016-07-01`, `2016/7/1 0:00`, `1949-01`,
/// `2016-07-01T00:00:00.25+02:00`, `1949`), or seconds since 1970 in a column whose name tells of time. They must be in their
/// order. Empty cells, `NA`, `NaN`, `null`, `none` and `-` are missing values.
///
/// A column without a name is left out where it has no values, as where every line ends with a separator, and, with a warning,
/// where it counts the rows, as pandas writes its index; unless it is among `Options.valueColumns`, or no other has numbers.
public struct SeriesFile: Sendable {
    /// What the file does not say of itself.
    public struct Options: Sendable {
        /// Found where nil: the first column that begins with a time.
        public var timeColumn: String?
        /// All columns of numbers where nil.
        public var valueColumns: [String]?
        /// Of a long table.
        public var identifierColumn: String?
        /// Found from the times of each series where nil.
        public var frequency: Frequency?
        /// Whether numbers have a comma where others have a point.
        public var hasDecimalComma = false

        /// A wide table: the first column that holds times, every column of numbers, whatever frequency is found.
        public init() {}
    }

    /// The file as the user named it.
    public let path: String
    /// At least one.
    public let series: [Series]
    /// Short sentences for the user about gaps, and about columns that were left out; mostly empty.
    public let warnings: [String]

    /// Reads `path`.
    ///
    /// - Throws: `FileError.unreadable` when there is no such regular file; `FileError.badData` with line and column when it
    ///   is no CSV, has no rows, no times or no numbers, when a number or a time cannot be read, or when times are not in
    ///   their order, twice there, or not at a steady frequency.
    public init(_ path: String, options: Options = Options()) throws(FileError) {
        try self.init(InputFile(path), options: options)
    }

    /// Reads an open file, such as `InputFile.standardInput()`.
    public init(_ file: InputFile, options: Options = Options()) throws(FileError) {
        path = file.path
        var rows = try SeriesRows(file, options: options)
        try rows.readAll()
        (series, warnings) = try rows.series()
    }
}
