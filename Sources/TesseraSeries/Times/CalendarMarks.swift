/// The marks of an axis of times: where years, months, days or hours begin, few enough to be read.
package struct CalendarMarks: Sendable {
    package struct Mark: Sendable, Equatable {
        /// Which of the times.
        package let index: Int
        /// `2020`, `Mar`, `14 Mar`, `06:00`.
        package let text: String
        /// What the text leaves open, where it is another than at the mark before: the year, or the day of an hour.
        package let context: String?
    }

    package let marks: [Mark]

    /// - Parameters:
    ///   - times: In their order.
    ///   - largestCount: How many marks there may be.
    package init(_ times: [Timestamp], largestCount: Int) {
        // The finest that is not too fine; where several have equally many marks, the coarsest of them.
        var (best, bestIndices) = (Division.years(1), [Int]())
        for division in Division.all {
            let indices = division.beginnings(times)
            if indices.count > bestIndices.count, indices.count <= largestCount, CalendarMarks.areEven(indices) {
                (best, bestIndices) = (division, indices)
            }
        }
        var context: String?
        marks = bestIndices.map { index in
            let (text, whole) = best.texts(times[index])
            defer { context = whole }
            return Mark(index: index, text: text, context: whole == context ? nil : whole)
        }
    }

    /// Months differ in length, and where clocks change, days; half-hours among steps of 20 minutes differ too much.
    private static func areEven(_ indices: [Int]) -> Bool {
        let gaps = zip(indices.dropFirst(), indices).map { $0 - $1 }
        guard let least = gaps.min(), let largest = gaps.max() else { return true }
        return largest < 2 * least
    }
}

/// A way to divide time, from years to parts of a second.
private enum Division {
    case years(Int)
    case months(Int)
    case days(Int)
    case microseconds(Int)

    /// The coarsest first.
    static let all: [Division] = {
        let years = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1].map(Division.years)
        let months = [6, 3, 1].map(Division.months)
        let days = [7, 2, 1].map(Division.days)
        let seconds = [43_200, 21_600, 10_800, 3600, 1800, 900, 600, 300, 60, 30, 15, 10, 5, 1]
        let parts = [500_000, 100_000, 10_000, 1000, 100, 10, 1]
        return years + months + days + (seconds.map { $0 * .microsecondsPerSecond } + parts).map(Division.microseconds)
    }()

    /// The times that are the first of their part; the very first only where the part begins with it.
    func beginnings(_ times: [Timestamp]) -> [Int] {
        times.indices.filter { index in
            index > 0 ? part(times[index]) != part(times[index - 1]) : isBeginning(times[index])
        }
    }

    /// The number of the part that a time lies in. Weeks begin on Mondays.
    private func part(_ time: Timestamp) -> Int {
        switch self {
        case .years(let count): time.date.year.floored(by: count)
        case .months(let count): time.date.monthNumber.floored(by: count)
        case .days(let count): (time.dayNumber + (count == 7 ? 3 : 0)).floored(by: count)
        case .microseconds(let count): time.wallClock.floored(by: count)
        }
    }

    private func isBeginning(_ time: Timestamp) -> Bool {
        part(time) != part(Timestamp(wallClock: time.wallClock - 1, utcOffset: nil))
    }

    /// What a mark says, and the rest of its time.
    func texts(_ time: Timestamp) -> (text: String, context: String?) {
        let (date, description) = (time.date, time.description)
        let month = Division.monthNames[date.month - 1]
        switch self {
        case .years: return ("\(date.year)", nil)
        case .months: return (month, "\(date.year)")
        case .days: return ("\(date.day) \(month)", "\(date.year)")
        case .microseconds(let count):
            let clock = description.dropFirst(11).prefix { !"+-".contains($0) }
            let isWholeMinute = count % (60 * .microsecondsPerSecond) == 0
            return (String(isWholeMinute ? clock.prefix(5) : clock), "\(date.day) \(month) \(date.year)")
        }
    }

    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
