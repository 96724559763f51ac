#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The marks of an axis of values: at round numbers, few enough to be read, over a little more than what is to be drawn.
package struct ValueAxis: Sendable {
    package struct Mark: Equatable, Sendable {
        package let value: Double
        package let text: String
    }

    package let marks: [Mark]
    /// The ends of the axis.
    package let lowest: Double
    package let highest: Double

    /// - Parameters:
    ///   - values: NaN where there is none.
    ///   - largestCount: How many steps there may be between marks.
    /// - Throws: `DrawingError` when a value is infinite, or values are too far apart to be compared.
    package init(_ values: some Sequence<Double>, largestCount: Int = 8) throws(DrawingError) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where !value.isNaN { (low, high) = (min(low, value), max(high, value)) }
        if low > high { (low, high) = (0, 1) }
        // A constant is drawn in the middle.
        let smallest = max(max(abs(low), abs(high)) * 1e-9, 1e-300)
        if high - low < smallest {
            let half = max(abs(low), abs(high)) > 1e-290 ? max(abs(low), abs(high)) / 10 : 1
            (low, high) = (low - half, high + half)
        }
        let range = (high - low) * 1.08
        guard range.isFinite, abs(low) < 1e300, abs(high) < 1e300 else {
            throw DrawingError(description: "values are infinite or too far apart")
        }
        (lowest, highest) = (low - (high - low) * 0.04, high + (high - low) * 0.04)
        let (digit, exponent) = ValueAxis.step(atLeast: range / Double(largestCount))
        let step = Double(digit) * pow(10, Double(exponent))
        let first = (lowest / step).rounded(.up)
        let count = max(0, Int((highest / step).rounded(.down) - first) + 1)
        let exponentShown = ValueAxis.exponentShown(max(abs(lowest), abs(highest)))
        marks = (0..<count).map { index in
            let value = (first + Double(index)) * step
            return Mark(value: value, text: ValueAxis.text(value, exponent, shown: exponentShown))
        }
    }

    /// Where a value lies, from 0 at the lower end to 1 at the upper.
    package func position(_ value: Double) -> Double { (value - lowest) / (highest - lowest) }

    /// 1, 2 or 5 times a power of ten.
    private static func step(atLeast smallest: Double) -> (digit: Int, exponent: Int) {
        let exponent = Int(log10(smallest).rounded(.down))
        let unit = pow(10, Double(exponent))
        for digit in [1, 2, 5] where Double(digit) * unit >= smallest { return (digit, exponent) }
        return (1, exponent + 1)
    }

    /// Numbers from a million on, and those below a thousandth, are shown with a power of ten.
    private static func exponentShown(_ magnitude: Double) -> Int? {
        let exponent = Int(log10(magnitude).rounded(.down))
        return (-3...5).contains(exponent) ? nil : exponent
    }

    /// `1200`, `0.25`, `1.5e9`.
    private static func text(_ value: Double, _ stepExponent: Int, shown: Int?) -> String {
        let decimals = max(0, min((shown ?? 0) - stepExponent, 12))
        let scaled = shown.map { value / pow(10, Double($0)) } ?? value
        let scale = pow(10, Double(decimals))
        let units = Int((abs(scaled) * scale).rounded())
        guard units > 0 else { return "0" }
        let digits = String(repeating: "0", count: max(0, decimals + 1 - String(units).count)) + String(units)
        let fraction = decimals > 0 ? "." + digits.suffix(decimals) : ""
        return (value < 0 ? "-" : "") + digits.dropLast(decimals) + fraction + (shown.map { "e\($0)" } ?? "")
    }
}
