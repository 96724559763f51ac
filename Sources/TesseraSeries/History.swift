/// The values of one column up to some time: what a forecast is made from.
public struct History: Sendable {
    /// The column's name, or the series', or both where it takes both to tell it from others.
    public let name: String
    /// NaN where a value is missing; the first has the index 0.
    public let values: ArraySlice<Double>
    /// One for each value.
    public let times: TimeGrid

    init(name: String, values: ArraySlice<Double>, times: TimeGrid) {
        (self.name, self.values, self.times) = (name, values, times)
    }

    /// The number of values, known or missing.
    public var count: Int { values.count }

    /// The first `count` values, without copying them.
    public func first(_ count: Int) -> History {
        History(name: name, values: values.prefix(count), times: times.first(count))
    }
}
