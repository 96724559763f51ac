extension Frequency {
    /// What is counted from one step to the next.
    private enum Step {
        /// Microseconds that pass, whatever the clocks are set to.
        case passing(Int)
        /// Days at the same time of the clock, be they of 23, 24 or 25 hours.
        case days(Int)
        case businessDays(Int)
        case months(Int)
    }

    private var step: Step {
        switch unit {
        case .microsecond: .passing(count)
        case .millisecond: .passing(count * 1000)
        case .second: .passing(count * .microsecondsPerSecond)
        case .minute: .passing(count * 60 * .microsecondsPerSecond)
        case .hour: .passing(count * 3600 * .microsecondsPerSecond)
        case .day: .days(count)
        case .businessDay: .businessDays(count)
        case .week: .days(count * 7)
        case .month: .months(count)
        case .quarter: .months(count * 3)
        case .year: .months(count * 12)
        }
    }

    /// Whether time passes evenly from step to step, so that a change of the clocks moves what they show.
    var isPassing: Bool { if case .passing = step { true } else { false } }

    /// No step takes fewer microseconds.
    var shortestStep: Int {
        switch step {
        case .passing(let microseconds): microseconds
        case .days(let days), .businessDays(let days): days * .microsecondsPerDay
        case .months(let months): months * 28 * .microsecondsPerDay
        }
    }

    /// Whether a step can fall on `time`.
    func isPossible(_ time: Timestamp) -> Bool {
        switch step {
        case .passing: return true
        case .businessDays: return time.weekday <= 5
        case .days: return weekday == nil || weekday == time.weekday
        case .months:
            let date = time.date
            // Every second quarter can begin with any quarter, as in pandas.
            let isMonth = month.map { (date.month - $0) % (unit == .year ? 12 : 3) == 0 } ?? true
            return isMonth && isKept(date, from: date)
        }
    }

    /// The time that lies `steps` steps after `start`, on which a step can fall; with the offset of `start`.
    func time(_ steps: Int, after start: Timestamp) -> Timestamp {
        switch step {
        case .passing(let microseconds):
            return Timestamp(wallClock: start.wallClock + steps * microseconds, utcOffset: start.utcOffset)
        case .days(let days):
            return Timestamp(
                wallClock: start.wallClock + steps * days * .microsecondsPerDay, utcOffset: start.utcOffset)
        case .businessDays(let days):
            let number = Frequency.businessDayNumber(start) + steps * days
            let week = number.floored(by: 5)
            // Week 0 began on Monday, 29 December 1969.
            let dayNumber = week * 7 + (number - week * 5) - 3
            return Timestamp(CivilDate(dayNumber: dayNumber), timeOfDay: start.timeOfDay, utcOffset: start.utcOffset)
        case .months(let months):
            let date = start.date
            let number = date.monthNumber + steps * months
            let target = CivilDate(number, day: keptDay(from: date, number))
            return Timestamp(target, timeOfDay: start.timeOfDay, utcOffset: start.utcOffset)
        }
    }

    /// How many steps `time` lies after `start`; nil when it lies between two of them.
    func steps(from start: Timestamp, to time: Timestamp) -> Int? {
        let (distance, unit): (Int, Int)
        switch step {
        case .passing(let microseconds): (distance, unit) = (time.instant - start.instant, microseconds)
        case .days(let days): (distance, unit) = (time.wallClock - start.wallClock, days * .microsecondsPerDay)
        case .businessDays(let days):
            guard time.weekday <= 5, time.timeOfDay == start.timeOfDay else { return nil }
            distance = Frequency.businessDayNumber(time) - Frequency.businessDayNumber(start)
            unit = days
        case .months(let months):
            let (first, date) = (start.date, time.date)
            guard time.timeOfDay == start.timeOfDay, isKept(date, from: first) else { return nil }
            (distance, unit) = (date.monthNumber - first.monthNumber, months)
        }
        return distance % unit == 0 ? distance / unit : nil
    }

    /// The day of a month on which a step from `first` on falls: 31 January is followed by the last day of February.
    private func keptDay(from first: CivilDate, _ monthNumber: Int) -> Int {
        let day = min(day ?? first.day, CivilDate.length(ofMonth: monthNumber))
        guard keepsToWorkingDays else { return day }
        return day == 1
            ? CivilDate.firstWorkingDay(ofMonth: monthNumber) : CivilDate.lastWorkingDay(ofMonth: monthNumber)
    }

    /// Whether a date is that of a step from `first` on.
    private func isKept(_ date: CivilDate, from first: CivilDate) -> Bool {
        let kept = keptDay(from: first, date.monthNumber)
        guard keepsToWorkingDays else { return date.day == kept }
        let holidays = day == 1 ? date.day - kept : kept - date.day
        return date.weekday <= 5 && (0...CivilDate.longestHolidays).contains(holidays)
    }

    /// Mondays to Fridays since Monday, 29 December 1969.
    private static func businessDayNumber(_ time: Timestamp) -> Int {
        (time.dayNumber + 3).floored(by: 7) * 5 + time.weekday - 1
    }
}
