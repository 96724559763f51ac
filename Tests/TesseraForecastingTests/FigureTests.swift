import TesseraForecasting
import Testing

@Suite struct FigureTests {
    static let figures: [(Double, String)] = [
        (9.8, "9.8"), (Double(Float(9.8)), "9.8"), (16, "16"), (0, "0"), (-0.1, "-0.1"), (1.0 / 3, "0.3333333"),
        (123_456_789.4, "123456789"), (1_234_567.5, "1234568"), (999_999.96, "1000000"), (1e15, "1000000000000000"),
        (1e17, "1e+17"),
        (1e-5, "1e-05"),
        (1.23456789e-30, "1.234568e-30"), (1.7e308, "1.7e+308"), (.leastNonzeroMagnitude, "5e-324"),
        (-123_456.78, "-123456.8"),
        (99_999_999_999_999, "99999999999999"),
    ]

    @Test(
        "Values have the digits of a Float, or those before the point",
        arguments: figures)
    func figure(value: Double, text: String) { #expect(value.figure == text) }

    @Test("A Float's value comes back as the same Float to one part in a million", arguments: [1, 2, 3])
    func precision(seed: Int) {
        var number = Float(seed) * 0.7310585
        for _ in 0..<500 {
            number *= 0.837
            #expect(abs(Double(number).roundedToFloat - Double(number)) <= Double(number) * 5.1e-7)
        }
    }
}
