internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension SeriesSampler {
    /// What cannot be foreseen of a series: shocks, often correlated, of steady or changing size.
    mutating func noise() -> [Float] {
        var values = shocks()
        switch random.nextUniform() {
        case ..<0.18: break
        case ..<0.70:
            values = values.filtered(autoregression: [random.nextUniform(in: 0.3...0.98)], movingAverage: [])
            values.standardize()
            // Besides, each value has an error of its own.
            if random.happens(0.5) { values.add(random.normals(length), times: random.logUniform(in: 0.1...1)) }
        default: values = values.filtered(autoregression: autoregression(), movingAverage: movingAverage())
        }
        values.standardize()
        return values
    }

    /// Independent shocks, normal or with heavy tails, whose size may change with time. Mean and variance are near 0
    /// and 1.
    package mutating func shocks() -> [Float] {
        var values: [Float]
        switch random.nextUniform() {
        case ..<0.7: values = random.normals(length)
        case ..<0.9:
            let degrees = random.nextInteger(in: 3...8)
            values = random.studentDeviates(length, degrees: degrees)
            values.multiply(by: (Float(degrees - 2) / Float(degrees)).squareRoot())
        default: values = skewedShocks()
        }
        switch random.nextUniform() {
        case ..<0.8: break
        case ..<0.9: values.multiply(by: wanderingVolatility(timeScale: random.logUniform(in: 5...200)))
        default: applyClusteredVolatility(to: &values)
        }
        return values
    }

    /// Shocks with a longer tail upwards, or downwards: exponential ones less their mean.
    private mutating func skewedShocks() -> [Float] {
        let sign = random.sign()
        return (0..<length).map { _ in sign * (random.exponential() - 1) }
    }

    /// A positive factor with a logarithm that reverts to its mean: stochastic volatility (Taylor, 1982).
    mutating func wanderingVolatility(timeScale: Float) -> [Float] {
        var values = meanReversion(timeScale: timeScale)
        values.multiply(by: random.nextUniform(in: 0.2...0.8))
        values.exponentiate()
        return values
    }

    /// GARCH(1, 1): the variance follows the squares of the shocks before (Bollerslev, 1986).
    mutating func applyClusteredVolatility(to shocks: inout [Float]) {
        let reaction = random.nextUniform(in: 0.03...0.25)
        let memory = random.nextUniform(in: 0.6...0.98) * (1 - reaction)
        let rest = 1 - reaction - memory
        var variance: Float = 1
        for index in shocks.indices {
            shocks[index] *= variance.squareRoot()
            // Bounded, since a heavy tail has no fourth moment that would do it.
            variance = min(rest + reaction * shocks[index] * shocks[index] + memory * variance, 100)
        }
    }

    /// A first-order autoregression with variance 1, which forgets a share of 1 - 1/e within `timeScale` steps.
    package mutating func meanReversion(timeScale: Float) -> [Float] {
        let memory = exp(-1 / timeScale)
        let step = (1 - memory * memory).squareRoot()
        var values = random.normals(length)
        guard var value = values.first else { return values }
        for index in values.indices.dropFirst() {
            value = memory * value + step * values[index]
            values[index] = value
        }
        return values
    }

    /// Coefficients of a stationary autoregression of order 1 to 4, by partial autocorrelations that are drawn freely
    /// (Barndorff-Nielsen & Schou, 1973). Real series mostly go on as they were, so the first leans to the positive.
    mutating func autoregression() -> [Float] {
        var partial = [random.happens(0.8) ? random.nextUniform(in: 0...0.97) : random.nextUniform(in: -0.8...0)]
        for _ in 0..<random.nextInteger(in: 0...3) { partial.append(random.nextUniform(in: -0.7...0.7)) }
        return SeriesSampler.coefficients(ofPartialAutocorrelations: partial)
    }

    /// Coefficients of an invertible moving average of order 0 to 3.
    mutating func movingAverage() -> [Float] {
        let partial = (0..<random.nextInteger(in: 0...3)).map { _ in random.nextUniform(in: -0.8...0.8) }
        return SeriesSampler.coefficients(ofPartialAutocorrelations: partial).map { -$0 }
    }

    /// The recursion of Durbin (1960) and Levinson (1946).
    package static func coefficients(ofPartialAutocorrelations partial: [Float]) -> [Float] {
        var coefficients: [Float] = []
        for value in partial {
            coefficients = zip(coefficients, coefficients.reversed()).map { $0 - value * $1 } + [value]
        }
        return coefficients
    }
}

extension [Float] {
    /// An ARMA process driven by these shocks: `x[t] = Σ a[i] x[t - 1 - i] + e[t] + Σ m[i] e[t - 1 - i]`. What came
    /// before the first is taken to be 0, so that the beginning varies less.
    func filtered(autoregression: [Float], movingAverage: [Float]) -> [Float] {
        var values = self
        for index in indices {
            var value = self[index]
            for (lag, coefficient) in movingAverage.enumerated() where lag < index {
                value += coefficient * self[index - 1 - lag]
            }
            for (lag, coefficient) in autoregression.enumerated() where lag < index {
                value += coefficient * values[index - 1 - lag]
            }
            values[index] = value
        }
        return values
    }
}
