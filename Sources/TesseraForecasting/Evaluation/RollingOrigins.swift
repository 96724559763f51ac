public import TesseraSeries

/// Up to where the history of each window of a backtest goes.
public struct RollingOrigins: Sendable, Hashable {
    /// Where the first window and the last lie.
    public enum Extent: Sendable, Hashable {
        /// So many windows, the last of which ends with the series.
        case windows(Int)
        /// As many as there are whose history has at least so many values, the first of them exactly so many. Every window
        /// that fits counts.
        case from(Int)
        /// As many as fit into the last part of the series, from above 0 to all of it; the first begins with the part.
        case last(Double)
    }

    /// The steps of each window.
    public let horizon: Int
    /// The steps from one window to the next.
    public let stride: Int
    /// Where the windows lie in the series.
    public let extent: Extent

    /// - Parameters:
    ///   - horizon: The steps of each window.
    ///   - stride: From one window to the next; the horizon where nil, so that no value is forecast twice.
    public init(horizon: Int, stride: Int? = nil, _ extent: Extent) {
        precondition(horizon >= 1 && stride ?? 1 >= 1, "a horizon and a stride have at least one step")
        (self.horizon, self.stride, self.extent) = (horizon, stride ?? horizon, extent)
    }

    /// How many values the history of each window has, the shortest first.
    ///
    /// - Throws: `SeriesError` when a series of `count` values is too short, saying by how much.
    public func origins(count: Int) throws(SeriesError) -> [Int] {
        let first: Int
        switch extent {
        case .windows(let windows):
            precondition(windows >= 1, "a backtest has at least one window")
            let (span, overflow) = (windows - 1).multipliedReportingOverflow(by: stride)
            guard !overflow, span <= .max / 4, horizon <= .max / 4 else {
                throw SeriesError("has \(count) values, far fewer than the backtest needs")
            }
            first = count - horizon - span
        case .from(let length):
            precondition(length >= 1, "a history has at least one value")
            first = length
        case .last(let share):
            precondition(share > 0 && share <= 1, "a part of the series")
            first = max(1, RollingOrigins.start(ofLast: share, count: count))
        }
        let missing = max(1 - first, first - (count - horizon))
        guard missing <= 0 else {
            throw SeriesError("has \(count) values, \(missing) fewer than the backtest needs")
        }
        return Array(Swift.stride(from: first, through: count - horizon, by: stride))
    }

    /// Where the last part of `count` values begins.
    package static func start(ofLast share: Double, count: Int) -> Int {
        count - Int((Double(count) * share).rounded())
    }
}
