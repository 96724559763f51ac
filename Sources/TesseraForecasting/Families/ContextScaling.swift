/// How the values of a context are scaled before a model reads them, and its forecast is scaled back. All is computed in double
/// precision: a small wave on a large level stays what it is.
public enum ContextScaling: Sendable {
    /// By their mean and standard deviation; to the variance `minimum` is added.
    case standard(minimum: Double)
    /// By the mean of their amounts, which counts as `minimum` where it is less.
    case mean(minimum: Double)
    /// By their mean and standard deviation, which is taken for 1e-5 where they do not vary (Chronos-Bolt).
    case instance
    /// Not at all.
    case none

    /// What is taken from each value before it is divided.
    public struct Scale: Sendable {
        /// What is taken away, in the values' unit.
        public var location = 0.0
        /// What is divided by, in the values' unit.
        public var scale = 1.0

        func scaled(_ value: Double) -> Float { Float((value - location) / scale) }

        func restored(_ value: Float) -> Double { location + Double(value) * scale }
    }

    /// The scale of those values that are not missing; NaN is missing.
    public func scale(of values: some Collection<Double>) -> Scale {
        var (sum, amounts, count) = (0.0, 0.0, 0.0)
        // Squares of values beyond 1e154 are no numbers any more: these are counted in units of the largest.
        let largest = values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
        let unit = largest > 1e100 ? largest : 1
        for value in values where !value.isNaN {
            sum += value / unit
            amounts += abs(value) / unit
            count += 1
        }
        let mean = sum / max(1, count)
        func variance() -> Double {
            var squares = 0.0
            for value in values where !value.isNaN { squares += (value / unit - mean) * (value / unit - mean) }
            return squares / max(1, count)
        }
        switch self {
        case .standard(let minimum):
            return Scale(location: mean * unit, scale: (variance() + minimum / unit / unit).squareRoot() * unit)
        case .mean(let minimum):
            return Scale(scale: max(amounts / max(1, count) * unit, minimum))
        case .instance:
            guard count > 0 else { return Scale() }
            let deviation = variance().squareRoot()
            // What rounding makes of values that are all the same is no deviation.
            return Scale(location: mean * unit, scale: deviation <= abs(mean) * 1e-14 ? 1e-5 : deviation * unit)
        case .none:
            return Scale()
        }
    }
}
