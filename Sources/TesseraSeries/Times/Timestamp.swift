/// A date and a time of day, to the microsecond, as a clock on the wall shows it; with its distance from UTC where that is
/// known.
///
/// ```swift
/// Timestamp("2024-03-31 01:00:00+01:00")?.description   // 2024-03-31 01:00:00+01:00
/// Timestamp("1949-01")?.description                     // 1949-01-01 00:00:00
/// ```
public struct Timestamp: Sendable, Hashable {
    /// What the clock shows, in microseconds since it showed 1970-01-01 00:00:00.
    let wallClock: Int
    private let offset: Int32?

    init(wallClock: Int, utcOffset: Int?) {
        (self.wallClock, offset) = (wallClock, utcOffset.map { Int32(truncatingIfNeeded: $0) })
    }

    init(_ date: CivilDate, timeOfDay: Int, utcOffset: Int?) {
        self.init(wallClock: date.dayNumber * .microsecondsPerDay + timeOfDay, utcOffset: utcOffset)
    }

    /// The time that a text says in one of the forms that `SeriesFile` lists; nil where it says none, or one that does not
    /// exist, such as 30 February.
    public init?(_ text: String) {
        guard let time = TimeScanner.time(Array(text.utf8)[...]) else { return nil }
        self = time
    }

    /// The time so many seconds after 1970-01-01 00:00:00, in UTC, without an offset; nil beyond the years 1 to 9999.
    public init?(secondsSince1970 seconds: Double) {
        guard let microseconds = Int(exactly: (seconds * 1e6).rounded()), Timestamp.wallClocks.contains(microseconds)
        else { return nil }
        self.init(wallClock: microseconds, utcOffset: nil)
    }

    /// What clocks can show: the years 1 to 9999.
    static let wallClocks: ClosedRange<Int> = {
        let (first, end) = (CivilDate(year: 1, month: 1, day: 1), CivilDate(year: 10_000, month: 1, day: 1))
        return first.dayNumber * .microsecondsPerDay...end.dayNumber * .microsecondsPerDay - 1
    }()

    /// Seconds east of Greenwich, where they are known.
    public var utcOffset: Int? { offset.map { Int($0) } }

    /// Microseconds since 1970-01-01 00:00:00 UTC; without an offset, the clock is taken to show UTC.
    var instant: Int { wallClock - (utcOffset ?? 0) * .microsecondsPerSecond }

    var dayNumber: Int { wallClock.floored(by: .microsecondsPerDay) }

    var date: CivilDate { CivilDate(dayNumber: dayNumber) }

    /// Microseconds since midnight.
    var timeOfDay: Int { wallClock - dayNumber * .microsecondsPerDay }

    /// 1 is Monday, 7 Sunday.
    var weekday: Int { date.weekday }
}

extension Timestamp: CustomStringConvertible {
    /// `2018-06-27 00:00:00`, with a fraction and an offset where there are any.
    public var description: String {
        let (date, seconds) = (date, timeOfDay / .microsecondsPerSecond)
        var text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2)) "
        text += "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        let fraction = timeOfDay % .microsecondsPerSecond
        if fraction != 0 {
            let digits = padded(fraction, 6)
            text +=
                "." + digits.prefix(upTo: digits.lastIndex { $0 != "0" }.map(digits.index(after:)) ?? digits.endIndex)
        }
        if let utcOffset {
            let minutes = abs(utcOffset) / 60
            text += "\(utcOffset < 0 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
        }
        return text
    }

    private func padded(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
