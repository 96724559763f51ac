#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension Double {
    /// The value to 7 digits that count, as many as a Float has, or to the unit where that is more: what is beyond them is noise
    /// of the arithmetic.
    package var roundedToFloat: Double {
        // Digits before the point.
        guard isFinite, magnitude > 1e-290 else { return self }
        let exponent = Int(log10(magnitude).rounded(.down))
        guard exponent < 15 else { return self }
        let decimals = max(0, 6 - exponent)
        guard decimals > 0 else { return rounded() }
        // By way of its digits, so that the result is the Double closest to them, and prints as them.
        let digits = self * pow(10, Double(min(decimals, 300)))
        return Double("\(Int(digits.rounded()))e-\(min(decimals, 300))") ?? self
    }

    /// `9.8`, `16`, `1234568`, `1e-05`: rounded, and whole numbers without a point.
    package var figure: String {
        let text = roundedToFloat.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
