package import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension RandomGenerator {
    /// Whether something of this probability happens.
    mutating func happens(_ probability: Float) -> Bool { nextUniform() < probability }

    /// Between the bounds, both positive; its logarithm is uniform.
    mutating func logUniform(in range: ClosedRange<Float>) -> Float {
        exp(nextUniform(in: log(range.lowerBound)...log(range.upperBound)))
    }

    /// Exponential with mean 1.
    mutating func exponential() -> Float { -log(1 - nextUniform()) }

    /// Either -1 or 1.
    mutating func sign() -> Float { happens(0.5) ? 1 : -1 }

    /// Any one of these.
    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[nextInteger(in: 0...elements.count - 1)]
    }

    /// One of these, each as likely as its weight says.
    mutating func choice<Element>(_ options: [(weight: Float, element: Element)]) -> Element {
        var rest = nextUniform() * options.reduce(0) { $0 + $1.weight }
        for option in options {
            rest -= option.weight
            if rest < 0 { return option.element }
        }
        return options[options.count - 1].element
    }

    /// Gamma with scale 1: the method of Marsaglia & Tsang (2000).
    package mutating func gamma(shape: Float) -> Float {
        // A shape below 1 comes of one above by a power of a uniform number.
        guard shape >= 1 else { return gamma(shape: shape + 1) * pow(1 - nextUniform(), 1 / shape) }
        let d = shape - 1 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = nextNormal()
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            if log(1 - nextUniform()) < 0.5 * x * x + d - d * cube + d * log(cube) { return d * cube }
        }
    }

    /// Poisson: products of uniform numbers (Knuth, 1969) for a small mean, else the normal distribution, rounded.
    package mutating func poisson(mean: Float) -> Float {
        guard mean < 20 else { return max(0, (mean + mean.squareRoot() * nextNormal()).rounded()) }
        let limit = exp(-mean)
        var (count, product) = (Float(0), nextUniform())
        while product > limit {
            count += 1
            product *= nextUniform()
        }
        return count
    }

    /// Independent normal deviates with mean 0 and variance 1.
    package mutating func normals(_ count: Int) -> [Float] { Ziggurat.normal.deviates(count, using: &self) }

    /// Independent deviates of Student's t distribution, not scaled: normal ones over the root of a mean of squares.
    mutating func studentDeviates(_ count: Int, degrees: Int) -> [Float] {
        var values = normals(count)
        let others = normals(count * degrees)
        for index in values.indices {
            var sum: Float = 0
            for other in index * degrees..<(index + 1) * degrees { sum += others[other] * others[other] }
            values[index] /= (sum / Float(degrees)).squareRoot()
        }
        return values
    }
}
