import TesseraForecasting
import TesseraSeries

/// An hourly series of these values.
func history(_ values: ArraySlice<Double>) -> History {
    guard let start = Timestamp("2020-01-01 00:00"),
        let series = try? Series(Array(values), from: start, every: Frequency(.hour))
    else { fatalError("a series of \(values.count) values") }
    return series.histories[0]
}

/// A season of 7 on a slow rise.
func wave(_ count: Int, phase: Int = 0) -> ArraySlice<Double> {
    (0..<count).map { 5 + Double(($0 + phase) % 7) + Double($0) / 50 }[...]
}
