extension Frequency {
    /// The frequency that most of the times keep to; nil when there are fewer than two. Times that do not keep to it, and gaps,
    /// are for `TimeAlignment` to find.
    ///
    /// - Parameter times: In their order, none twice.
    init?(of times: [Timestamp]) {
        guard times.count >= 2 else { return nil }
        let passing = Frequency.mostCommon(zip(times.dropFirst(), times).map { $0.instant - $1.instant })
        guard passing >= .microsecondsPerDay / 2 else {
            self = Frequency.passing(passing)
            return
        }
        // From about a day on, it is the clock on the wall that counts: where clocks change, some days have 23 hours.
        let steps = zip(times.dropFirst(), times).map { $0.wallClock - $1.wallClock }
        let step = Frequency.mostCommon(steps)
        if let months = Frequency.months(times, step: step) {
            self = months
        } else if step == .microsecondsPerDay, Frequency.skipsWeekends(times) {
            self.init(.businessDay, count: 1)
        } else {
            self = Frequency.passing(step > 0 && step % .microsecondsPerDay == 0 ? step : passing)
        }
    }

    /// Whether there was a weekend, and no time lies on one.
    private static func skipsWeekends(_ times: [Timestamp]) -> Bool {
        guard let first = times.first, let last = times.last else { return false }
        return last.dayNumber - first.dayNumber > last.weekday - first.weekday && times.allSatisfy { $0.weekday <= 5 }
    }

    /// Months where steps are that long and most times fall on the same day, or all on the last.
    private static func months(_ times: [Timestamp], step: Int) -> Frequency? {
        guard step >= 28 * .microsecondsPerDay else { return nil }
        let dates = times.map(\.date)
        let commonDay = mostCommon(dates.map(\.day))
        let latestDay = dates.reduce(1) { max($0, $1.day) }
        let day: Int
        if dates.allSatisfy(\.isLastOfMonth) {
            day = 31
        } else if dates.allSatisfy({ $0.day == min(latestDay, CivilDate.length(ofMonth: $0.monthNumber)) }) {
            day = latestDay
        } else if dates.count(where: { $0.day == commonDay }) * 2 > dates.count {
            day = commonDay
        } else {
            return nil
        }
        let months = mostCommon(zip(dates.dropFirst(), dates).map { $0.monthNumber - $1.monthNumber })
        guard months > 0 else { return nil }
        if months % 12 == 0 { return Frequency(.year, count: months / 12, day: day) }
        if months % 3 == 0 { return Frequency(.quarter, count: months / 3, day: day) }
        return Frequency(.month, count: months, day: day)
    }

    /// A step of so many microseconds in the largest unit of which it is a whole number.
    private static func passing(_ step: Int) -> Frequency {
        let units: [(Unit, Int)] = [
            (.week, 7 * .microsecondsPerDay), (.day, .microsecondsPerDay), (.hour, 3600 * .microsecondsPerSecond),
            (.minute, 60 * .microsecondsPerSecond), (.second, .microsecondsPerSecond), (.millisecond, 1000),
        ]
        for (unit, length) in units where step % length == 0 { return Frequency(unit, count: step / length, day: nil) }
        return Frequency(.microsecond, count: step, day: nil)
    }

    /// The smallest of those that occur most often.
    private static func mostCommon(_ numbers: [Int]) -> Int {
        var counts: [Int: Int] = [:]
        for number in numbers { counts[number, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }
}
