import TesseraDrawing
import Testing

@Suite struct ValueAxisTests {
    @Test(
        "Marks are round numbers",
        arguments: [
            ([0, 10.0], ["0", "2", "4", "6", "8", "10"]), ([-1, 1], ["-1.0", "-0.5", "0", "0.5", "1.0"]),
            ([300, 620], ["300", "350", "400", "450", "500", "550", "600"]),
            ([0.001, 0.002], ["0.0010", "0.0012", "0.0014", "0.0016", "0.0018", "0.0020"]),
            ([1e12, 2e12], ["1.0e12", "1.2e12", "1.4e12", "1.6e12", "1.8e12", "2.0e12"]),
            ([1e-9, 1.5e-9], ["1.0e-9", "1.1e-9", "1.2e-9", "1.3e-9", "1.4e-9", "1.5e-9"]),
            ([5, 5], ["4.6", "4.8", "5.0", "5.2", "5.4"]), ([.nan], ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ])
    func marks(values: [Double], texts: [String]) throws {
        let axis = try ValueAxis(values)
        #expect(axis.marks.map(\.text) == texts)
    }

    @Test(
        "Marks lie on the axis and are few, the values within it",
        arguments: [
            [0], [1e299, -1e299], [.leastNonzeroMagnitude], [-3, -3 - 1e-8], [1e-305, 2e-305],
            [123_456_789, 123_456_790],
            [0.1 + 0.2, 0.3],
        ] as [[Double]])
    func extremes(values: [Double]) throws {
        let axis = try ValueAxis(values)
        #expect((2...10).contains(axis.marks.count), "\(axis.marks)")
        #expect(axis.marks.allSatisfy { (-1e-9...1 + 1e-9).contains(axis.position($0.value)) })
        #expect(values.allSatisfy { (0...1).contains(axis.position($0)) })
        #expect(Set(axis.marks.map(\.text)).count == axis.marks.count)
    }

    @Test(arguments: [[Double.infinity], [1e308, -1e308]])
    func refuses(values: [Double]) {
        #expect(throws: DrawingError.self) { try ValueAxis(values) }
    }
}
