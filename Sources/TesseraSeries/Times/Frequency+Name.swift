extension Frequency: LosslessStringConvertible {
    /// The frequency that a name says, with or without a number before it: pandas' names, the older ones too (`h`, `H`,
    /// `15min`, `D`, `B`, `W`, `W-TUE`, `MS`, `ME`, `BME`, `QS-OCT`, `BQE-DEC`, `YE`, `30s`), or words (`daily`, `2 weeks`).
    /// `M`, `Q` and `Y` keep the day of the first time, where pandas takes the last of the month. Nil where it says none.
    public init?(_ description: String) {
        let digits = description.prefix { ("0"..."9").contains($0) }
        let name = description.dropFirst(digits.count).drop { $0 == " " }
        guard digits.count <= 7, let count = digits.isEmpty ? 1 : Int(digits), (1...1_000_000).contains(count) else {
            return nil
        }
        let parts = name.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let base = Frequency.base(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(base.unit, count: count, day: base.day, onWorkingDays: base.onWorkingDays)
            return
        }
        let anchor = parts[1].uppercased()
        switch base.unit {
        case .week:
            guard let weekday = Frequency.weekdays.firstIndex(of: anchor) else { return nil }
            self.init(.week, count: count, weekday: weekday + 1)
        case .quarter, .year:
            guard let month = Frequency.months.firstIndex(of: anchor) else { return nil }
            // `Q-DEC` and `A-DEC` are pandas' older names of what ends in December.
            self.init(
                base.unit, count: count, month: month + 1, day: base.day ?? 31, onWorkingDays: base.onWorkingDays)
        default: return nil
        }
    }

    /// Pandas' name where there is one: `15min`, `W-TUE`, `ME`, `BME`, `QS-OCT`.
    public var description: String {
        let number = count == 1 ? "" : "\(count)"
        let name =
            switch unit {
            case .microsecond: "us"
            case .millisecond: "ms"
            case .second: "s"
            case .minute: "min"
            case .hour: "h"
            case .day: "D"
            case .businessDay: "B"
            case .week: "W" + (weekday.map { "-" + Frequency.weekdays[$0 - 1] } ?? "")
            case .month, .quarter, .year:
                (keepsToWorkingDays ? "B" : "") + (unit == .month ? "M" : unit == .quarter ? "Q" : "Y") + monthAnchor
            }
        return number + name
    }

    /// A day other than the first and the last has no name.
    private var monthAnchor: String {
        let place = day == 1 ? "S" : day == 31 ? "E" : ""
        return place + (place.isEmpty ? "" : month.map { "-" + Frequency.months[$0 - 1] } ?? "")
    }

    private static let weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    private static let months = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]

    private static func base(_ name: String) -> (unit: Unit, day: Int?, onWorkingDays: Bool)? {
        switch name {
        // pandas' names, and its older ones behind them.
        case "BMS": (.month, 1, true)
        case "BME", "BM": (.month, 31, true)
        case "BQS": (.quarter, 1, true)
        case "BQE", "BQ": (.quarter, 31, true)
        case "BYS", "BAS": (.year, 1, true)
        case "BYE", "BY", "BA": (.year, 31, true)
        default: everyDayBase(name).map { ($0.unit, $0.day, false) }
        }
    }

    private static func everyDayBase(_ name: String) -> (unit: Unit, day: Int?)? {
        // Capitals tell months from minutes, and milliseconds from starts of months.
        switch name {
        case "us": return (.microsecond, nil)
        case "ms", "L": return (.millisecond, nil)
        case "s", "S": return (.second, nil)
        case "min", "T": return (.minute, nil)
        case "h", "H": return (.hour, nil)
        case "d", "D": return (.day, nil)
        case "B": return (.businessDay, nil)
        case "w", "W": return (.week, nil)
        case "M": return (.month, nil)
        case "MS": return (.month, 1)
        case "ME": return (.month, 31)
        case "Q": return (.quarter, nil)
        case "QS": return (.quarter, 1)
        case "QE": return (.quarter, 31)
        case "Y", "A": return (.year, nil)
        case "YS", "AS": return (.year, 1)
        case "YE": return (.year, 31)
        default: return word(name.lowercased()).map { ($0, nil) }
        }
    }

    private static func word(_ word: String) -> Unit? {
        switch word {
        case "microsecond", "microseconds": .microsecond
        case "millisecond", "milliseconds": .millisecond
        case "sec", "second", "seconds": .second
        case "minute", "minutes": .minute
        case "hour", "hours", "hourly": .hour
        case "day", "days", "daily": .day
        case "businessday", "business day", "business days", "weekdays": .businessDay
        case "week", "weeks", "weekly": .week
        case "month", "months", "monthly": .month
        case "quarter", "quarters", "quarterly": .quarter
        case "year", "years", "yearly", "annual": .year
        default: nil
        }
    }
}
