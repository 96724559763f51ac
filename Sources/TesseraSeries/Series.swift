/// Values at regular times, in one or several columns that share the times.
///
/// ```swift
/// let sales = try Series([112, 118, .nan, 129], from: Timestamp("1949-01"), every: Frequency(.month))
/// let table = try SeriesFile("sales.csv").series
/// ```
///
/// A value that is missing is NaN: it travels through arrays, tensors and the models as it is, in half the memory of an
/// optional.
public struct Series: Sendable {
    /// A name, and a value for each time.
    public struct Column: Sendable {
        /// As the table's header has it.
        public let name: String
        /// NaN where a value is missing.
        public let values: [Double]

        /// A column of as many values as its series has times, NaN where one is missing.
        public init(_ name: String, _ values: [Double]) { (self.name, self.values) = (name, values) }
    }

    /// What tells it from other series of its table; nil where there is only one.
    public let identifier: String?
    /// At least one; all are as long as `times`.
    public let columns: [Column]
    /// At a steady frequency, gaps filled.
    public let times: TimeGrid
    /// Which of the times were not among those given: their values are missing.
    public let gaps: [Range<Int>]

    /// One column of values.
    ///
    /// - Throws: as the initialiser of several columns.
    public init(
        _ values: [Double], named name: String = "value", from start: Timestamp, every frequency: Frequency
    ) throws(SeriesError) {
        try self.init(columns: [Column(name, values)], from: start, every: frequency)
    }

    /// Columns whose first values are of `start`.
    ///
    /// - Throws: `SeriesError` when there are no values, columns differ in length, a value is infinite, no step falls on
    ///   `start`, or the last lies beyond the year 9999.
    public init(
        _ identifier: String? = nil, columns: [Column], from start: Timestamp, every frequency: Frequency
    ) throws(SeriesError) {
        let count = try Series.length(columns, identifier)
        guard frequency.isPossible(start) else {
            throw SeriesError("\(start) is not where a step of \(frequency) falls", series: identifier)
        }
        guard TimeGrid.reaches(count, frequency, from: start) else {
            throw SeriesError("\(count) steps of \(frequency) lead beyond the year 9999", series: identifier)
        }
        (self.identifier, self.columns, gaps) = (identifier, columns, [])
        times = TimeGrid(start: start, frequency: frequency, count: count)
    }

    /// Columns with the time of each value. Gaps are filled with missing values.
    ///
    /// - Parameter frequency: Found from the times where nil: the one that most keep to.
    /// - Throws: `SeriesError` when there are no values, columns differ in length, a value is infinite, or times are not in
    ///   their order, twice there, or not at the frequency.
    public init(
        _ identifier: String? = nil, columns: [Column], at times: [Timestamp], every frequency: Frequency? = nil
    ) throws(SeriesError) {
        guard try Series.length(columns, identifier) == times.count else {
            throw SeriesError("there are \(columns[0].values.count) values at \(times.count) times", series: identifier)
        }
        do throws(TimeAlignment.Problem) {
            self.init(identifier, columns: columns, alignment: try TimeAlignment(times, frequency: frequency))
        } catch {
            throw SeriesError("value \(error.index): \(error.cause)", series: identifier)
        }
    }

    init(_ identifier: String?, columns: [Column], alignment: TimeAlignment) {
        self.identifier = identifier
        self.columns = columns.map { Column($0.name, alignment.aligned($0.values)) }
        (times, gaps) = (alignment.grid, alignment.gaps)
    }

    private static func length(_ columns: [Column], _ identifier: String?) throws(SeriesError) -> Int {
        let count = columns.first?.values.count ?? 0
        guard count > 0 else { throw SeriesError("there are no values", series: identifier) }
        for column in columns {
            guard column.values.count == count else {
                throw SeriesError("columns have \(count) and \(column.values.count) values", series: identifier)
            }
            if let index = column.values.firstIndex(where: \.isInfinite) {
                throw SeriesError("value \(index) of \(column.name) is infinite", series: identifier)
            }
        }
        return count
    }

    /// How many times there are.
    public var count: Int { times.count }

    /// What is to be forecast: each column for itself.
    public var histories: [History] {
        columns.map { column in
            History(name: name(of: column), values: column.values[...], times: times)
        }
    }

    private func name(of column: Column) -> String {
        guard let identifier else { return column.name }
        return columns.count == 1 ? identifier : "\(identifier) \(column.name)"
    }

    /// The gaps in words: `2 steps are missing after 2020-01-05 03:00:00`.
    public var gapDescriptions: [String] {
        gaps.map { gap in
            let steps = gap.count == 1 ? "1 step is" : "\(gap.count) steps are"
            return "\(steps) missing after \(times[gap.lowerBound - 1])"
        }
    }
}
