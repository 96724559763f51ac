/// Times at a steady frequency: of a series, or of a forecast that continues it.
public struct TimeGrid: Sendable, Hashable, RandomAccessCollection {
    /// How far one time is from the next.
    public let frequency: Frequency
    /// From which the steps are counted: only so does a month after 28 February fall on the 31st again.
    private let origin: Timestamp
    private let steps: Range<Int>
    /// The offsets from UTC, each with the step from which it is in force; none where times carry none.
    private let offsets: [OffsetChange]

    struct OffsetChange: Hashable {
        let step: Int
        let utcOffset: Int
    }

    /// `count` times from `start` on. The caller has checked that the frequency allows the start and that the last time can be
    /// reached.
    init(start: Timestamp, frequency: Frequency, count: Int, offsets: [OffsetChange]? = nil) {
        self.init(
            origin: start, frequency: frequency, steps: 0..<count,
            offsets: offsets ?? start.utcOffset.map { [OffsetChange(step: 0, utcOffset: $0)] } ?? [])
    }

    private init(origin: Timestamp, frequency: Frequency, steps: Range<Int>, offsets: [OffsetChange]) {
        (self.origin, self.frequency, self.steps, self.offsets) = (origin, frequency, steps, offsets)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { steps.count }

    public subscript(index: Int) -> Timestamp {
        precondition(steps.indices.contains(steps.lowerBound + index), "there are \(count) times")
        let step = steps.lowerBound + index
        let time = frequency.time(step, after: origin)
        guard let utcOffset = offsets.last(where: { $0.step <= step })?.utcOffset, let first = origin.utcOffset else {
            return time
        }
        let change = frequency.isPassing ? (utcOffset - first) * .microsecondsPerSecond : 0
        return Timestamp(wallClock: time.wallClock + change, utcOffset: utcOffset)
    }

    /// The first `count` times.
    public func first(_ count: Int) -> TimeGrid {
        precondition((0...self.count).contains(count), "there are \(self.count) times")
        let steps = steps.lowerBound..<steps.lowerBound + count
        return TimeGrid(origin: origin, frequency: frequency, steps: steps, offsets: offsets)
    }

    /// The `count` times that follow. Months keep their day, as far as they have it. Clocks stay as they were set at the last
    /// time: when they will be changed, a file does not say.
    ///
    /// - Throws: `SeriesError` when the times would lie beyond the year 9999.
    public func continued(by count: Int) throws(SeriesError) -> TimeGrid {
        precondition(count >= 0, "a forecast has no \(count) steps")
        let (end, overflow) = steps.upperBound.addingReportingOverflow(count)
        guard !overflow, TimeGrid.reaches(end, frequency, from: origin) else {
            throw SeriesError("\(count) more steps of \(frequency) lead beyond the year 9999")
        }
        let inForce = offsets.prefix { $0.step < steps.upperBound }
        return TimeGrid(
            origin: origin, frequency: frequency, steps: steps.upperBound..<end, offsets: Array(inForce))
    }

    /// Whether `count` times from `origin` on stay within the years that are allowed.
    static func reaches(_ count: Int, _ frequency: Frequency, from origin: Timestamp) -> Bool {
        // Steps of months differ in length: only where the shortest would fit can the last be computed without overflow.
        count <= (Timestamp.wallClocks.upperBound - origin.wallClock) / frequency.shortestStep + 1
            && frequency.time(Swift.max(0, count - 1), after: origin).wallClock <= Timestamp.wallClocks.upperBound
    }
}
