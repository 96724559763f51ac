package import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Draws the parts of one synthetic series, and from them the series of each kind.
///
/// Parts are drawn in the order in which they are asked for, so that a series depends on its generator and its length
/// and on nothing else. Unless said otherwise a part has `length` values, mean 0 and variance 1.
package struct SeriesSampler {
    package let length: Int
    package var random: RandomGenerator

    package init(length: Int, random: RandomGenerator) {
        (self.length, self.random) = (length, random)
    }

    /// The same random numbers, for a part of another length.
    mutating func ofLength<Result>(_ other: Int, _ draw: (inout SeriesSampler) -> Result) -> Result {
        var sampler = SeriesSampler(length: other, random: random)
        defer { random = sampler.random }
        return draw(&sampler)
    }
}

extension [Float] {
    /// Adds another series of this length, times a factor.
    mutating func add(_ other: [Float], times factor: Float = 1) {
        precondition(other.count == count, "series of one length")
        for index in indices { self[index] += factor * other[index] }
    }

    mutating func multiply(by other: [Float]) {
        precondition(other.count == count, "series of one length")
        for index in indices { self[index] *= other[index] }
    }

    mutating func multiply(by factor: Float) {
        for index in indices { self[index] *= factor }
    }

    mutating func add(_ value: Float) {
        for index in indices { self[index] += value }
    }

    /// e to the power of each value, none above e³⁰, so that what is made of them stays finite.
    mutating func exponentiate() {
        for index in indices { self[index] = exp(Swift.min(self[index], 30)) }
    }

    /// Each value to the sum of those up to it.
    mutating func accumulate() {
        var sum: Float = 0
        for index in indices {
            sum += self[index]
            self[index] = sum
        }
    }

    /// Brings the mean to 0 and the variance to 1; what does not vary becomes 0.
    mutating func standardize() {
        guard let first else { return }
        // From the first value on, so that a large level costs no digits.
        var (sum, squares) = (Double(0), Double(0))
        for value in self {
            let difference = Double(value - first)
            sum += difference
            squares += difference * difference
        }
        let mean = sum / Double(count)
        let deviation = (Swift.max(0, squares / Double(count) - mean * mean)).squareRoot()
        let factor = deviation > 1e-6 * abs(Double(first)) && deviation > 1e-20 ? Float(1 / deviation) : 0
        for index in indices { self[index] = (self[index] - first - Float(mean)) * factor }
    }

    var standardized: [Float] {
        var values = self
        values.standardize()
        return values
    }

    /// Each value's place between 0 and 1 by the logistic function.
    mutating func squash() {
        for index in indices { self[index] = 1 / (1 + exp(-self[index])) }
    }
}
