/// Why values or times in memory are no series, or cannot be forecast, in words for the user.
public struct SeriesError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in words for the user.
    public let cause: String
    /// Which series, where it is known.
    public let series: String?

    /// - Parameters:
    ///   - cause: what is wrong, in words for the user.
    ///   - series: which series, where it is known.
    public init(_ cause: String, series: String? = nil) { (self.cause, self.series) = (cause, series) }

    /// `SERIES: cause`.
    public var description: String { series.map { "\($0): \(cause)" } ?? cause }
}
