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
        if let months = Frequency.months(times, usualStep: steps.sorted()[steps.count / 2]) {
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

    /// Months where steps are that long and times fall on a day as `monthDay` finds it.
    ///
    /// - Parameter usualStep: The median, since holidays shorten some.
    private static func months(_ times: [Timestamp], usualStep: Int) -> Frequency? {
        guard usualStep >= 28 * .microsecondsPerDay else { return nil }
        let dates = times.map(\.date)
        let months = mostCommon(zip(dates.dropFirst(), dates).map { $0.monthNumber - $1.monthNumber })
        guard months > 0, let (day, onWorkingDays) = monthDay(dates) else { return nil }
        let (unit, length): (Unit, Int) = months % 12 == 0 ? (.year, 12) : months % 3 == 0 ? (.quarter, 3) : (.month, 1)
        return Frequency(unit, count: months / length, day: day, onWorkingDays: onWorkingDays)
    }

    /// The day of the month that dates keep to, 31 for its last: all to the first, to the first working day, to the last, or to
    /// the last working day, which is the order in which pandas looks for them; all to another; most to one; or most to a
    /// working day from which holidays move the others.
    private static func monthDay(_ dates: [CivilDate]) -> (day: Int, onWorkingDays: Bool)? {
        let commonDay = mostCommon(dates.map(\.day))
        let latestDay = dates.reduce(1) { max($0, $1.day) }
        let first = dates.map { $0.day - CivilDate.firstWorkingDay(ofMonth: $0.monthNumber) }
        let last = dates.map { CivilDate.lastWorkingDay(ofMonth: $0.monthNumber) - $0.day }
        func isMoved(_ distances: [Int]) -> Bool {
            dates.allSatisfy { $0.weekday <= 5 } && distances.allSatisfy((0...CivilDate.longestHolidays).contains)
                && distances.count { $0 == 0 } * 2 > distances.count
        }
        if latestDay == 1 { return (1, false) }
        if first.allSatisfy({ $0 == 0 }) { return (1, true) }
        if dates.allSatisfy(\.isLastOfMonth) { return (31, false) }
        if last.allSatisfy({ $0 == 0 }) { return (31, true) }
        if dates.allSatisfy({ $0.day == min(latestDay, CivilDate.length(ofMonth: $0.monthNumber)) }) {
            return (latestDay, false)
        }
        if isMoved(first) { return (1, true) }
        if isMoved(last) { return (31, true) }
        return dates.count { $0.day == commonDay } * 2 > dates.count ? (commonDay, false) : nil
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
