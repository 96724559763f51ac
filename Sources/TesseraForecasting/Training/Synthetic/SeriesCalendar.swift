internal import TesseraLayers

/// How often a series is observed, and the periods that people and nature give to such series, in steps.
struct SeriesCalendar {
    /// Steps of a day, where there are several.
    let stepsPerDay: Int?
    /// Periods besides the day, each with its probability.
    let seasons: [(probability: Float, period: Float)]

    private init(stepsPerDay: Int? = nil, _ seasons: [(probability: Float, period: Float)]) {
        (self.stepsPerDay, self.seasons) = (stepsPerDay, seasons)
    }

    private static let hourly = SeriesCalendar(stepsPerDay: 24, [(0.35, 168), (0.1, 12), (0.1, 8766)])
    private static let halfHourly = SeriesCalendar(stepsPerDay: 48, [(0.3, 336)])
    private static let quarterHourly = SeriesCalendar(stepsPerDay: 96, [(0.3, 672), (0.1, 4)])
    private static let tenMinutes = SeriesCalendar(stepsPerDay: 144, [(0.2, 1008), (0.1, 6)])
    private static let fiveMinutes = SeriesCalendar(stepsPerDay: 288, [(0.1, 12)])
    private static let minutely = SeriesCalendar([(0.6, 60), (0.4, 1440), (0.15, 15), (0.15, 30)])
    private static let daily = SeriesCalendar([(0.6, 7), (0.65, 365.25), (0.15, 30.44)])
    private static let workdays = SeriesCalendar([(0.6, 5), (0.3, 261), (0.15, 21)])
    private static let weekly = SeriesCalendar([(0.9, 52.18), (0.15, 4.35), (0.15, 13.04), (0.1, 26.09)])
    private static let monthly = SeriesCalendar([(0.93, 12), (0.15, 3), (0.1, 48)])
    private static let quarterly = SeriesCalendar([(0.9, 4), (0.1, 20)])
    private static let yearly = SeriesCalendar([(0.25, 9), (0.15, 4)])

    /// Any, the likelier the more such series there are. Those of a few dozen values mostly have long steps.
    static func any(length: Int, using random: inout RandomGenerator) -> SeriesCalendar {
        let scarce: Float = length < 200 ? 3 : 1
        let others = anyPeriods(length: length, using: &random)
        let calendars: [(weight: Float, element: SeriesCalendar)] = [
            (0.26, hourly), (0.04, halfHourly), (0.08, quarterHourly), (0.06, tenMinutes), (0.03, fiveMinutes),
            (0.03, minutely), (0.15, daily), (0.05, workdays), (0.10, weekly), (0.09 * scarce, monthly),
            (0.03 * scarce, quarterly), (0.02 * scarce, yearly), (0.06, others),
        ]
        return random.choice(calendars)
    }

    /// One or two periods of any length, the second a multiple of the first.
    private static func anyPeriods(length: Int, using random: inout RandomGenerator) -> SeriesCalendar {
        let period = random.logUniform(in: 3...max(4, Float(length) * 0.6))
        let whole = random.happens(0.6) ? period.rounded() : period
        return SeriesCalendar([(1, whole), (0.3, whole * Float(random.nextInteger(in: 2...12)))])
    }
}
