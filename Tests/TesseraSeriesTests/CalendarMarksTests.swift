import TesseraSeries
import Testing

@Suite struct CalendarMarksTests {
    private func marks(_ start: String, _ frequency: String, _ count: Int, largestCount: Int = 10) throws -> [String] {
        let times = try Series(
            [Double](repeating: 1, count: count), from: #require(Timestamp(start)),
            every: #require(Frequency(frequency))
        ).times
        return CalendarMarks(Array(times), largestCount: largestCount).marks.map { mark in
            "\(mark.index) \(mark.text)" + (mark.context.map { " / \($0)" } ?? "")
        }
    }

    @Test(
        "Marks stand where years, months, days and hours begin",
        arguments: [
            (
                "1949-01", "MS", 48,
                [
                    "0 Jan / 1949", "6 Jul", "12 Jan / 1950", "18 Jul", "24 Jan / 1951", "30 Jul", "36 Jan / 1952",
                    "42 Jul",
                ]
            ),
            ("1950-02-28", "YE", 60, ["10 1960", "20 1970", "30 1980", "40 1990", "50 2000"]),
            ("1948-12-31", "YE", 60, ["2 1950", "12 1960", "22 1970", "32 1980", "42 1990", "52 2000"]),
            ("2024-01-03", "D", 31, ["5 8 Jan / 2024", "12 15 Jan", "19 22 Jan", "26 29 Jan"]),
            ("2024-02-27", "D", 4, ["0 27 Feb / 2024", "1 28 Feb", "2 29 Feb", "3 1 Mar"]),
            (
                "2023-12-31 18:00", "h", 20,
                [
                    "0 18:00 / 31 Dec 2023", "3 21:00", "6 00:00 / 1 Jan 2024", "9 03:00", "12 06:00", "15 09:00",
                    "18 12:00",
                ]
            ),
            (
                "2024-01-01", "20min", 20,
                [
                    "0 00:00 / 1 Jan 2024", "3 01:00", "6 02:00", "9 03:00", "12 04:00", "15 05:00", "18 06:00",
                ]
            ),
            (
                "2024-01-01 00:00:58", "s", 5,
                [
                    "0 00:00:58 / 1 Jan 2024", "1 00:00:59", "2 00:01:00", "3 00:01:01", "4 00:01:02",
                ]
            ),
            ("2024-05-17 10:30", "D", 1, ["0 10:30 / 17 May 2024"]),
            ("2024-01-01 00:00+02:00", "h", 2, ["0 00:00 / 1 Jan 2024", "1 01:00"]),
        ])
    func calendar(start: String, frequency: String, count: Int, expected: [String]) throws {
        let marks = try marks(start, frequency, count)
        #expect(marks == expected, "\(marks)")
    }

    @Test(
        "There are never more marks than asked for, and mostly enough to read by",
        arguments: ["us", "250ms", "s", "7s", "min", "15min", "h", "6h", "D", "B", "W", "MS", "QS", "YS"],
        [1, 2, 10, 48, 100, 700, 2500])
    func counts(frequency: String, count: Int) throws {
        let marks = try marks("2019-04-01", frequency, count)
        #expect(marks.count <= 10)
        #expect(marks.count >= min(count, 2), "\(marks)")
    }
}
