import TesseraDrawing
import Testing

private func drawing(
    _ values: [Float], columns: Int, bins: Int, duration: Double = 1, title: String = "word.wav"
) -> SpectrogramDrawing {
    SpectrogramDrawing(
        values: values, columns: columns, bins: bins, duration: duration, title: title, caption: "log-mel spectrogram")
}

@Suite struct SpectrogramDrawingTests {
    /// The panel is about 400 pixels high, and every bin equally so.
    @Test(arguments: [(80, 508), (128, 492), (1, 508), (401, 509)])
    func sizeOfTheSheet(bins: Int, height: Int) throws {
        let png = try drawing([Float](repeating: 0, count: 3 * bins), columns: 3, bins: bins).png()
        try #require(png.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) && png.count > 24)
        #expect([16, 20].map { at in png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } } == [1176, height])
    }

    @Test(arguments: [1e-4, 0.5, 59.99, 60, 3600, 1e6], [1, 1000])
    func durationsOfAnyLength(duration: Double, columns: Int) throws {
        let values = (0..<columns * 2).map { Float($0 % 7) }
        #expect(try !drawing(values, columns: columns, bins: 2, duration: duration).png().isEmpty)
    }

    @Test(arguments: [Float.nan, .infinity])
    func refusesWhatIsNotANumber(value: Float) {
        #expect(throws: DrawingError.self) { try drawing([0, value], columns: 2, bins: 1).png() }
    }

    @Test(arguments: [
        (0.69, ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6"], "seconds"),
        (0.03, ["0.000", "0.005", "0.010", "0.015", "0.020", "0.025", "0.030"], "seconds"),
        (11, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"], "seconds"),
        (
            150, ["0:00", "0:15", "0:30", "0:45", "1:00", "1:15", "1:30", "1:45", "2:00", "2:15", "2:30"],
            "minutes : seconds"
        ),
        (
            7200,
            ["0:00", "0:10", "0:20", "0:30", "0:40", "0:50", "1:00", "1:10", "1:20", "1:30", "1:40", "1:50", "2:00"],
            "hours : minutes"
        ),
    ])
    func timeAxis(duration: Double, texts: [String], unit: String) {
        let axis = TimeAxis(duration: duration)
        #expect(axis.marks.map(\.text) == texts && axis.unit == unit)
        #expect(axis.marks.allSatisfy { (0...duration * 1.000001).contains($0.seconds) })
    }

    @Test(arguments: [1e-6, 0.01, 1, 45, 1000, 1e5, 1e9])
    func fewMarks(duration: Double) {
        let axis = TimeAxis(duration: duration, largestCount: 8)
        #expect((1...9).contains(axis.marks.count) && axis.marks[0].seconds == 0)
    }
}
