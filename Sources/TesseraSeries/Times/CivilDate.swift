/// A day of the Gregorian calendar, which is taken to have always been in use.
///
/// The conversions count from 1 March, so that the leap day ends the year, and in eras of 400 years, after which the calendar
/// repeats itself (Hinnant, "chrono-compatible low-level date algorithms", 2013).
struct CivilDate: Hashable {
    let year, month, day: Int

    /// The caller has made sure that there is such a day.
    init(year: Int, month: Int, day: Int) { (self.year, self.month, self.day) = (year, month, day) }

    /// A day of the month with this number.
    init(_ monthNumber: Int, day: Int) {
        let year = monthNumber.floored(by: 12)
        self.init(year: year, month: monthNumber - year * 12 + 1, day: day)
    }

    /// The day that is `dayNumber` days after 1 January 1970.
    init(dayNumber: Int) {
        let shifted = dayNumber + CivilDate.daysToEpoch
        let era = shifted.floored(by: CivilDate.daysPerEra)
        let dayOfEra = shifted - era * CivilDate.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1 January 1970.
    var dayNumber: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.floored(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * CivilDate.daysPerEra + dayOfEra - CivilDate.daysToEpoch
    }

    /// Months since January of the year 0.
    var monthNumber: Int { year * 12 + month - 1 }

    /// 1 is Monday, 7 Sunday.
    var weekday: Int { (dayNumber + 3) - (dayNumber + 3).floored(by: 7) * 7 + 1 }

    var isLastOfMonth: Bool { day == CivilDate.length(ofMonth: monthNumber) }

    /// The days of the month with this number.
    static func length(ofMonth monthNumber: Int) -> Int {
        let year = monthNumber.floored(by: 12)
        switch monthNumber - year * 12 + 1 {
        case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// The first day from Monday to Friday of the month with this number.
    static func firstWorkingDay(ofMonth monthNumber: Int) -> Int {
        let weekday = CivilDate(monthNumber, day: 1).weekday
        return weekday <= 5 ? 1 : 9 - weekday
    }

    /// The last day from Monday to Friday of the month with this number.
    static func lastWorkingDay(ofMonth monthNumber: Int) -> Int {
        let length = length(ofMonth: monthNumber)
        return length - max(0, CivilDate(monthNumber, day: length).weekday - 5)
    }

    /// By so many days a first or last working day can be moved by holidays, which differ between countries: a golden week and
    /// the weekend beside it.
    static let longestHolidays = 9

    private static let daysPerEra = 146_097
    /// From 1 March of the year 0 to 1 January 1970.
    private static let daysToEpoch = 719_468
}

extension Int {
    /// The quotient rounded down, where `/` rounds towards zero.
    func floored(by divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    static let microsecondsPerSecond = 1_000_000
    static let microsecondsPerDay = 86_400 * microsecondsPerSecond
}
