/// How far apart the times of a series lie: a number of units, such as 15 minutes, a week, or a month that ends on its last
/// day.
///
/// ```swift
/// Frequency("15min")   // every quarter of an hour
/// Frequency("ME")      // every month, on its last day
/// Frequency("BME")     // every month, on its last day from Monday to Friday
/// Frequency(.hour)
/// ```
public struct Frequency: Sendable, Hashable {
    /// What steps are counted in; the calendar's days and months vary in length.
    public enum Unit: String, Sendable, CaseIterable {
        /// 10⁻⁶ s.
        case microsecond
        /// 10⁻³ s.
        case millisecond
        /// 1 s.
        case second
        /// 60 s.
        case minute
        /// 3,600 s.
        case hour
        /// A day of the calendar.
        case day
        /// A day of the calendar from Monday to Friday.
        case businessDay
        /// Seven days.
        case week
        /// A month of the calendar.
        case month
        /// Three months.
        case quarter
        /// Twelve months.
        case year
    }

    /// How many units one step has.
    public let count: Int
    /// What `count` counts.
    public let unit: Unit
    /// For weeks, the day on which they fall, 1 for Monday; any where nil.
    let weekday: Int?
    /// For quarters and years, a month in which one falls; any where nil.
    let month: Int?
    /// For months, quarters and years, the day on which they fall, or the month's last where it has fewer. Where nil, the day
    /// of the first time is kept.
    let day: Int?
    /// Whether months, quarters and years fall on the first or the last day from Monday to Friday, where `day` says the first or
    /// the last.
    let keepsToWorkingDays: Bool

    /// Steps of `count` units, 1 to 1,000,000.
    public init(_ unit: Unit, count: Int = 1) {
        precondition((1...1_000_000).contains(count), "a frequency has 1 to 1,000,000 units, not \(count)")
        self.init(unit, count: count, weekday: nil)
    }

    init(_ unit: Unit, count: Int, weekday: Int? = nil, month: Int? = nil, day: Int? = nil, onWorkingDays: Bool = false)
    {
        (self.unit, self.count) = (unit, count)
        (self.weekday, self.month, self.day) = (weekday, month, day)
        keepsToWorkingDays = onWorkingDays
    }

    /// The same steps, from whatever day on.
    var unanchored: Frequency { Frequency(unit, count: count, weekday: nil) }

    /// How many steps a season has, by which a series is compared with itself: a day of hours or minutes, an hour of seconds,
    /// a week of days or of business days, a year of months or quarters. 1 where there is none, or where it is no whole number
    /// of steps.
    public var seasonLength: Int {
        let units =
            switch unit {
            case .second: 3600
            case .minute: 1440
            case .hour: 24
            case .day: 7
            case .businessDay: 5
            case .month: 12
            case .quarter: 4
            case .microsecond, .millisecond, .week, .year: 1
            }
        return units % count == 0 ? units / count : 1
    }
}
