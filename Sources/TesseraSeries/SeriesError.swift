/// Why values or times in memory are no series, or cannot be forecast, in words for the user.
public struct SeriesError: Error, Sendable, Equatable, CustomStringConvertible {
    public let cause: String
    /// Which series, where it is known.
    public let series: String?

    public init(_ cause: String, series: String? = nil) { (self.cause, self.series) = (cause, series) }

    /// `SERIES: cause`.
    public var description: String { series.map { "\($0): \(cause)" } ?? cause }
}
