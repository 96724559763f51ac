import TesseraFiles
import TesseraSeries
import TestSupport
import Testing

@Suite struct TimeTests {
    @Test("A series begins where a step falls, and ends before the year 10000")
    func placesOfSeries() throws {
        let monday = try #require(Timestamp("2024-01-01"))
        let end = try #require(Timestamp("9999-12-30"))
        let sundays = try #require(Frequency("W-SUN"))
        let wrong = #expect(throws: SeriesError.self) { try Series([1, 2], named: "a", from: monday, every: sundays) }
        #expect(wrong?.cause.contains("is not where a step") == true, "\(String(describing: wrong))")
        let late = #expect(throws: SeriesError.self) {
            try Series([1, 2, 3], named: "a", from: end, every: Frequency(.day))
        }
        #expect(late?.cause.contains("beyond the year 9999") == true, "\(String(describing: late))")
    }

    @Test(
        "Times are read in every form that is listed, and shown in one",
        arguments: [
            ("2016-07-01", "2016-07-01 00:00:00"), ("2016-07-01 13:45", "2016-07-01 13:45:00"),
            ("2016-07-01T13:45:59", "2016-07-01 13:45:59"), ("2016/7/1 0:00", "2016-07-01 00:00:00"),
            ("1949-01", "1949-01-01 00:00:00"), ("1949/12", "1949-12-01 00:00:00"), ("0001", "0001-01-01 00:00:00"),
            ("2016-07-01 00:00:00.5", "2016-07-01 00:00:00.5"),
            ("2016-07-01 00:00:00.123456789", "2016-07-01 00:00:00.123456"),
            ("1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999"),
            ("2016-07-01T00:00:00Z", "2016-07-01 00:00:00+00:00"),
            ("2016-07-01 00:00+05:30", "2016-07-01 00:00:00+05:30"),
            ("2016-07-01 00:00 -0330", "2016-07-01 00:00:00-03:30"), ("2016-07-01T07+02", "2016-07-01 07:00:00+02:00"),
            ("2000-02-29", "2000-02-29 00:00:00"), ("9999-12-31 23:59:59", "9999-12-31 23:59:59"),
        ])
    func reading(text: String, shown: String) throws {
        let time = try #require(Timestamp(text))
        #expect(time.description == shown)
        #expect(Timestamp(shown) == time)
    }

    @Test(
        "What is no time, or does not exist, is none",
        arguments: [
            "", "201", "20160701", "2016-13-01", "2016-00-01", "2016-04-31", "2023-02-29", "1900-02-29", "2016-07-00",
            "2016-07-01 24:00", "2016-07-01 00:60", "2016-07-01 00:00:60", "2016-07-01 00:00:00.", "2016-07-01 ",
            "2016-07-01x", "2016-07-01 00:00+", "2016-07-01 00:00+24:00", "2016-07-01 00:00:00ZZ", "2016-7/1",
            "7/1/2016", "01.07.2016", "0000-01-01", "12016-01-01", "2016-007-01", "2016-07-01 1:2", "-2016-01-01",
            "now",
        ])
    func refusing(text: String) { #expect(Timestamp(text) == nil) }

    @Test("Days follow each other over 800 years, as the calendar's rules say")
    func days() throws {
        let series = try daily(from: "1599-12-31", count: 292_195)
        var (year, month, day) = (1599, 12, 31)
        var mistakes = 0
        for time in series.times {
            let text = time.description
            let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
            if parts != [year, month, day] { mistakes += 1 }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(mistakes == 0)
        #expect((year, month, day) == (2400, 1, 1))
    }

    private func daily(from start: String, count: Int) throws -> Series {
        try Series(
            [Double](repeating: 0, count: count), from: try #require(Timestamp(start)), every: Frequency(.day))
    }

    /// What pandas makes of a frequency; Tests/Fixtures/make_series_fixtures.py wrote it.
    struct Calendar: Sendable, CustomTestStringConvertible {
        let frequency: String
        let times: [String]
        var testDescription: String { frequency }

        static let all: [Calendar] = {
            guard let file = try? JSONObject.read(Fixtures.ownPath("series/calendar.json")),
                let cases = try? file.objects("cases")
            else { return [] }
            return cases.compactMap { object in
                guard let frequency = try? object.string("frequency"),
                    case .array(let times)? = object.value("times")
                else { return nil }
                return Calendar(
                    frequency: frequency,
                    times: times.compactMap { if case .string(let time) = $0 { time } else { nil } })
            }
        }()
    }

    @Test("The fixtures are there")
    func fixtures() { #expect(Calendar.all.count == 19 && Calendar.all.allSatisfy { $0.times.count == 40 }) }

    @Test("Times go on as pandas continues them, whole or from any part", arguments: Calendar.all, [40, 1, 2, 17])
    func calendar(_ expected: Calendar, known: Int) throws {
        let times = try expected.times.map { try #require(Timestamp($0)) }
        let frequency = try #require(Frequency(expected.frequency))
        let series = try Series([Double](repeating: 1, count: known), from: times[0], every: frequency)
        let continued = try series.times.continued(by: 40 - known)
        #expect(series.times.map(\.description) + continued.map(\.description) == expected.times)
        #expect(try series.times.first(1).continued(by: 3).map(\.description) == Array(expected.times[1..<4]))
    }

    @Test(
        "The frequency of times is found, and is the same that made them (of business days, only of each)",
        arguments: Calendar.all.filter { $0.frequency != "2B" })
    func search(_ expected: Calendar) throws {
        let times = try expected.times.map { try #require(Timestamp($0)) }
        let column = Series.Column("x", [Double](repeating: 1, count: 39))
        let series = try Series(columns: [column], at: Array(times[..<39]))
        #expect(series.gaps.isEmpty && series.count == 39)
        #expect(try series.times.continued(by: 1)[0] == times[39])
        let given = try #require(Frequency(expected.frequency))
        #expect(series.times.frequency.count * months(series.times.frequency) == given.count * months(given))
        #expect(series.times.frequency.unit == given.unit || months(given) > 1)
    }

    private func months(_ frequency: Frequency) -> Int {
        switch frequency.unit {
        case .quarter: 3
        case .year: 12
        default: 1
        }
    }

    @Test(
        "A frequency's name is read, and shown as pandas writes it",
        arguments: [
            ("H", "h", 24), ("h", "h", 24), ("15min", "15min", 96), ("15T", "15min", 96), ("7min", "7min", 1),
            ("S", "s", 3600), ("10 s", "10s", 360), ("ms", "ms", 1), ("D", "D", 7), ("daily", "D", 7), ("B", "B", 5),
            ("W", "W", 1), ("W-TUE", "W-TUE", 1), ("2 weeks", "2W", 1), ("M", "M", 12), ("MS", "MS", 12),
            ("ME", "ME", 12), ("3MS", "3MS", 4), ("monthly", "M", 12), ("QS", "QS", 4), ("QS-OCT", "QS-OCT", 4),
            ("Q-DEC", "QE-DEC", 4), ("YS", "YS", 1), ("AS", "YS", 1), ("A-JUN", "YE-JUN", 1), ("year", "Y", 1),
            ("6h", "6h", 4), ("business days", "B", 5),
        ])
    func names(name: String, shown: String, seasonLength: Int) throws {
        let frequency = try #require(Frequency(name))
        #expect(frequency.description == shown)
        #expect(Frequency(shown) == frequency)
        #expect(frequency.seasonLength == seasonLength)
    }

    @Test(
        "What names no frequency is none",
        arguments: [
            "", "0D", "-1D", "1.5h", "x", "W-XXX", "QS-13", "D-MON", "99999999D", "15", "W-", "MS-JAN", "fortnight",
        ])
    func noNames(name: String) { #expect(Frequency(name) == nil) }

    @Test("Hours pass evenly while clocks are changed; days keep their time of the clock")
    func daylightSaving() throws {
        let hours = [
            "2024-03-31 00:00+01:00", "2024-03-31 01:00+01:00", "2024-03-31 03:00+02:00", "2024-03-31 04:00+02:00",
        ]
        let byHour = try aligned(hours)
        #expect(byHour.times.frequency == Frequency(.hour) && byHour.gaps.isEmpty)
        #expect(byHour.times.map { "\($0)" } == hours.map { Timestamp($0)?.description ?? "" })
        #expect(try byHour.times.continued(by: 1)[0].description == "2024-03-31 05:00:00+02:00")
        #expect(try byHour.times.first(2).continued(by: 1)[0].description == "2024-03-31 02:00:00+01:00")
        let days = [
            "2024-10-25T00:00+02:00", "2024-10-26T00:00+02:00", "2024-10-27T00:00+02:00", "2024-10-28T00:00+01:00",
        ]
        let byDay = try aligned(days)
        #expect(byDay.times.frequency == Frequency(.day) && byDay.gaps.isEmpty)
        #expect(byDay.times[3].description == "2024-10-28 00:00:00+01:00")
        #expect(try byDay.times.continued(by: 1)[0].description == "2024-10-29 00:00:00+01:00")
        // An hour that is there twice is told apart by its offset.
        let autumn = try aligned(["2024-10-27 01:00+02:00", "2024-10-27 02:00+02:00", "2024-10-27 02:00+01:00"])
        #expect(autumn.times.frequency == Frequency(.hour))
    }

    private func aligned(_ times: [String], every frequency: Frequency? = nil) throws -> Series {
        let times = try times.map { try #require(Timestamp($0)) }
        return try Series(
            columns: [.init("x", times.indices.map(Double.init))], at: times, every: frequency)
    }

    @Test(
        "Gaps are named and filled with missing values",
        arguments: [
            (["2024-01-01", "2024-01-02", "2024-01-05", "2024-01-06"], "D", [2..<4]),
            (["2024-01-31", "2024-02-29", "2024-04-30", "2024-05-31"], "ME", [2..<3]),
            (["2024-01-30", "2024-02-29", "2024-03-30", "2024-05-30"], "M", [3..<4]),
            (["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-10", "2024-01-11"], "B", [3..<4]),
            (["2024-01-01 00:00", "2024-01-01 00:15", "2024-01-01 01:00", "2024-01-01 01:15"], "15min", [2..<4]),
            (["2001", "2002", "2004", "2005"], "YS", [2..<3]),
            (["2024-01-01", "2024-04-01", "2024-07-01", "2025-01-01"], "QS", [3..<4]),
            (["2024-01-01", "2024-01-15", "2024-01-29", "2024-02-12"], "2W", []),
        ])
    func gaps(times: [String], name: String, gaps: [Range<Int>]) throws {
        let series = try aligned(times)
        #expect(series.times.frequency.description == name)
        #expect(series.gaps == gaps)
        #expect(series.gapDescriptions.count == gaps.count)
        let values = series.columns[0].values
        #expect(values.count == series.count)
        #expect(values.indices.filter { values[$0].isNaN } == gaps.flatMap(Array.init))
        #expect(values.filter { !$0.isNaN } == times.indices.map(Double.init))
    }

    @Test(
        "Times that no frequency has are refused with their place",
        arguments: [
            (["2024-01-01", "2024-01-02", "2024-01-02"], "D", "value 2", "there twice"),
            (["2024-01-02", "2024-01-01"], "D", "value 1", "in their order"),
            (["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04 12:00"], nil, "value 3", "no whole number"),
            (["2024-01-01", "2024-02-01", "2024-03-02", "2024-04-01"], nil, "value 2", "no whole number"),
            (["2024-10-27 00:00+02:00", "2024-10-27 00:00+01:00"], "D", "value 1", "less than a step"),
            (["2024-01-06"], "B", "value 0", "not where a step of B falls"),
            (["2024-01-06"], "ME", "value 0", "not where a step of ME falls"),
            (["2024-01-06"], "W-SUN", "value 0", "not where a step of W-SUN falls"),
            (["2024-02-01"], "QS-OCT", "value 0", "not where a step of QS-OCT falls"),
            (["2024-01-01 00:00", "2024-01-01 01:00+01:00"], nil, "value 1", "offset from UTC"),
            (["0001-01-01", "0001-01-02", "9999-01-01"], nil, "value 2", "too many to fill"),
        ])
    func irregular(times: [String], name: String?, place: String, cause: String) throws {
        let times = try times.map { try #require(Timestamp($0)) }
        let error = #expect(throws: SeriesError.self) {
            try Series("s", columns: [.init("x", times.map { _ in 1 })], at: times, every: name.flatMap(Frequency.init))
        }
        #expect(error.map { "\($0)".hasPrefix("s: \(place): ") && $0.cause.contains(cause) } == true, "\(error as Any)")
    }

    @Test("Values that are no series are refused")
    func values() throws {
        let start = try #require(Timestamp("2024-01-01"))
        let day = Frequency(.day)
        #expect(throws: SeriesError("there are no values")) { try Series([], from: start, every: day) }
        #expect(throws: SeriesError("there are no values")) { try Series(columns: [], from: start, every: day) }
        #expect(throws: SeriesError("value 1 of value is infinite")) {
            try Series([1, -.infinity], from: start, every: day)
        }
        #expect(throws: SeriesError("columns have 2 and 1 values", series: "s")) {
            try Series("s", columns: [.init("a", [1, 2]), .init("b", [1])], from: start, every: day)
        }
        #expect(throws: SeriesError.self) { try Series(columns: [.init("a", [1, 2])], at: [start]) }
        #expect(throws: SeriesError.self) {
            try Series([1], from: start, every: Frequency(.year)).times.continued(by: 7976)
        }
        #expect(throws: SeriesError.self) { try Series([1], from: start, every: day).times.continued(by: .max) }
        #expect(try Series([1], from: start, every: Frequency(.year)).times.continued(by: 7975).count == 7975)
    }

    @Test("Histories are named by what tells them apart, and are cut without copying")
    func histories() throws {
        let start = try #require(Timestamp("2024-01-31"))
        let columns = [Series.Column("a", [1, 2, 3]), Series.Column("b", [.nan, 5, 6])]
        func names(_ identifier: String?, _ columns: [Series.Column]) throws -> [String] {
            try Series(identifier, columns: columns, from: start, every: Frequency(.month)).histories.map(\.name)
        }
        #expect(try names(nil, columns) == ["a", "b"])
        #expect(try names("s", columns) == ["s a", "s b"])
        #expect(try names("s", [columns[0]]) == ["s"])
        let history = try Series(columns: columns, from: start, every: Frequency(.month)).histories[0].first(2)
        #expect(Array(history.values) == [1, 2] && history.count == 2)
        #expect(try history.times.continued(by: 1)[0].description == "2024-03-31 00:00:00")
    }
}
