import TesseraDrawing
import Testing

@Suite struct ForecastDrawingTests {
    private func panel(_ history: [Double], _ forecast: [Double], title: String = "load") -> ForecastDrawing.Panel {
        .init(
            title: title, history: history, forecast: forecast,
            bands: [.init(lower: forecast.map { $0 - 1 }, upper: forecast.map { $0 + 1 })],
            marks: [.init(index: 0, text: "Jan", context: "2024")])
    }

    private func drawing(_ panels: [ForecastDrawing.Panel]) -> ForecastDrawing {
        ForecastDrawing(title: "load.csv", forecastName: "median", bandNames: ["0.1 to 0.9"], panels: panels)
    }

    @Test("A panel below the other makes a higher sheet of the same width", arguments: [1, 2, 3, 8])
    func size(count: Int) throws {
        let drawing = drawing((0..<count).map { panel([1, 2, 3], [Double($0)]) })
        let png = try drawing.file(.png)
        try #require(png.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) && png.count > 24)
        let size = [16, 20].map { at in png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        let height = [1: 536, 2: 746, 3: 836, 8: 2086][count] ?? 0
        #expect(size == [1000, height])
        let svg = String(decoding: try drawing.file(.svg), as: UTF8.self)
        #expect(svg.contains("width=\"1000") && svg.contains("height=\"\(height)") && svg.hasSuffix("</svg>\n"))
    }

    @Test(
        "Each way to miss values is drawn, and another",
        arguments: [
            [], [.nan], [1], [.nan, 1], [1, .nan], [1, .nan, 2, 3, .nan], [Double](repeating: .nan, count: 50),
        ] as [[Double]])
    func missingValues(history: [Double]) throws {
        let picture = try drawing([panel(history, [2, 3])]).file(.png)
        #expect(try picture != drawing([panel(history + [7], [2, 3])]).file(.png))
        #expect(try picture == drawing([panel(history, [2, 3])]).file(.png))
    }

    @Test("What cannot be drawn is refused", arguments: [[Double.infinity], [1e308, -1e308]] as [[Double]])
    func refuses(history: [Double]) {
        #expect(throws: DrawingError.self) { try drawing([panel(history, [0])]).file(.png) }
    }

    @Test(arguments: ["", "\u{0}\n", String(repeating: "long ", count: 1000), "e\u{301}\u{1F600}"])
    func titles(title: String) throws {
        for format in DrawingFormat.allCases {
            #expect(try !drawing([panel([1], [2], title: title)]).file(format).isEmpty)
        }
    }
}
