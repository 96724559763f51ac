import TesseraFiles
import TesseraSeries
import TestSupport
import Testing

@Suite struct BusinessCalendarTests {
    /// What pandas makes of a frequency; Tests/Fixtures/make_business_calendar.py wrote it.
    struct Calendar: Sendable, CustomTestStringConvertible {
        let frequency: String
        /// What pandas calls all of the times, and the first four.
        let names: [String]
        let times: [Timestamp]
        var testDescription: String { frequency }

        init(_ object: JSONObject) throws {
            frequency = try object.string("frequency")
            names = [try object.string("inferred"), try object.string("inferredOfFour")]
            times = try object.string("times").split(separator: " ").compactMap {
                Timestamp("\($0.prefix(4))-\($0.dropFirst(4).prefix(2))-\($0.suffix(2))")
            }
        }

        static let all =
            (try? JSONObject.read(Fixtures.ownPath("series/business-calendar.json")).objects("cases"))?
            .compactMap { try? Calendar($0) } ?? []
    }

    @Test("The fixtures are there")
    func fixtures() { #expect(Calendar.all.count == 69 && Calendar.all.allSatisfy { $0.times.count == 24 }) }

    @Test("Times go on as pandas continues them", arguments: Calendar.all, [1, 5, 23])
    func continued(_ expected: Calendar, known: Int) throws {
        let frequency = try #require(Frequency(expected.frequency))
        let values = [Double](repeating: 1, count: known)
        let series = try Series(values, from: expected.times[0], every: frequency)
        #expect(try Array(series.times) + series.times.continued(by: 24 - known) == expected.times)
        #expect(frequency.description == expected.frequency)
    }

    @Test("The frequency of times is found, is called as pandas calls it, and continues them", arguments: Calendar.all)
    func found(_ expected: Calendar) throws {
        for (count, name) in zip([24, 4], expected.names) {
            let column = Series.Column("x", [Double](repeating: 1, count: count))
            let series = try Series(columns: [column], at: Array(expected.times[..<count]))
            // Without the month: any that the times fall on will do.
            #expect(series.times.frequency.description == String(name.prefix { $0 != "-" }), "\(count)")
            #expect(series.gaps.isEmpty)
        }
        let column = Series.Column("x", [Double](repeating: 1, count: 20))
        let series = try Series(columns: [column], at: Array(expected.times[..<20]))
        #expect(try Array(series.times.continued(by: 4)) == Array(expected.times[20...]))
    }

    @Test(
        "Holidays move a working day within its month, and gaps are gaps",
        arguments: [
            // Good Friday was 29 March 2024; New Year's Day is never a working day; and the golden week in October.
            (["2024-01-31", "2024-02-29", "2024-03-28", "2024-04-30", "2024-05-31"], "BME", 0, "2024-06-28"),
            (["2023-11-01", "2023-12-01", "2024-01-02", "2024-02-01", "2024-03-01"], "BMS", 0, "2024-04-01"),
            (["2020-07-01", "2020-08-03", "2020-09-01", "2020-10-09", "2020-11-02"], "BMS", 0, "2020-12-01"),
            (["2015-01-30", "2015-02-27", "2015-04-30", "2015-05-29"], "BME", 1, "2015-06-30"),
            (["2019-12-31", "2020-12-31", "2021-12-31", "2022-12-30"], "BYE", 0, "2023-12-29"),
        ])
    func holidays(times: [String], name: String, gaps: Int, next: String) throws {
        let column = Series.Column("x", times.indices.map(Double.init))
        let series = try Series(columns: [column], at: try times.map { try #require(Timestamp($0)) })
        #expect(series.times.frequency.description == name && series.gaps.count == gaps)
        #expect(try series.times.continued(by: 1)[0] == Timestamp(next))
    }

    @Test(
        "Days that are no working days, or far from the month's first or last, are refused",
        arguments: [
            (["2024-03-30", "2024-04-30"], "BME"), (["2024-01-31", "2024-02-15"], "BME"),
            (["2024-02-01", "2024-03-02"], "BMS"), (["2024-01-31", "2024-02-29"], "BMS"),
            (["2024-02-29", "2024-05-31"], "BQE-DEC"),
        ])
    func refused(times: [String], name: String) throws {
        let frequency = try #require(Frequency(name))
        let times = try times.map { try #require(Timestamp($0)) }
        let error = #expect(throws: SeriesError.self) {
            try Series(columns: [.init("x", [1, 2])], at: times, every: frequency)
        }
        #expect(error?.cause.contains(name) == true, "\(error as Any)")
    }

    @Test(
        "Where another frequency is given, the one that the times keep to is named", arguments: ["ME", "M", "MS", "W"])
    func advice(name: String) throws {
        let times = try ["2015-01-30", "2015-02-27", "2015-03-31"].map { try #require(Timestamp($0)) }
        let frequency = try #require(Frequency(name))
        let error = #expect(throws: SeriesError.self) {
            try Series(columns: [.init("x", [1, 2, 3])], at: times, every: frequency)
        }
        #expect(error?.cause.hasSuffix("; the times keep to BME") == true, "\(error as Any)")
    }

    @Test(
        "Older names are read",
        arguments: [("BM", "BME"), ("BQ", "BQE"), ("BA", "BYE"), ("BAS-JUL", "BYS-JUL"), ("3BQ-NOV", "3BQE-NOV")])
    func olderNames(name: String, shown: String) { #expect(Frequency(name)?.description == shown) }
}
