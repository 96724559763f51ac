internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension SeriesSampler {
    /// A trend: a shape that goes on beyond the window, or a level that wanders.
    mutating func trend() -> [Float] {
        var values: [Float]
        switch random.nextUniform() {
        case ..<0.14: values = linearTrend()
        case ..<0.28: values = piecewiseTrend()
        case ..<0.35: values = exponentialTrend()
        case ..<0.41: values = logisticTrend()
        case ..<0.59: values = driftingWalk()
        case ..<0.74: values = localTrend()
        default: values = slowReversion()
        }
        values.standardize()
        return values
    }

    private func linearTrend() -> [Float] { (0..<length).map { Float($0) } }

    /// Slopes that change at a few places, as in Taylor & Letham (2018).
    private mutating func piecewiseTrend() -> [Float] {
        let changeCount = random.nextInteger(in: 1...6)
        var slopes = [Float](repeating: 0, count: length)
        slopes[0] = random.nextNormal()
        for _ in 0..<changeCount {
            slopes[random.nextInteger(in: 0...length - 1)] += random.nextNormal()
        }
        slopes.accumulate()
        slopes.accumulate()
        return slopes
    }

    /// Growth or decay at a steady rate, or one that flattens towards a limit.
    private mutating func exponentialTrend() -> [Float] {
        let rate = random.nextUniform(in: 0.5...4) * random.sign()
        let sign: Float = random.happens(0.8) ? 1 : -1
        let step = exp(rate / Float(length))
        var (values, value) = ([Float](), sign)
        values.reserveCapacity(length)
        for _ in 0..<length {
            values.append(value)
            value *= step
        }
        return values
    }

    /// Growth to a limit, its steepest part within the window or near it.
    private mutating func logisticTrend() -> [Float] {
        let centre = random.nextUniform(in: -0.1...1.2) * Float(length)
        let width = random.logUniform(in: 0.04...0.3) * Float(length) * random.sign()
        var values = (0..<length).map { (Float($0) - centre) / width }
        values.squash()
        return values
    }

    private mutating func driftingWalk() -> [Float] {
        let drift = random.nextNormal() * random.logUniform(in: 0.01...0.3)
        var values = random.normals(length)
        values.add(drift)
        values.accumulate()
        return values
    }

    /// A level that moves by a slope, both walking at random: the local linear trend of Harvey (1989).
    private mutating func localTrend() -> [Float] {
        let slopeStep = random.logUniform(in: 0.001...0.1)
        let damping: Float = random.happens(0.5) ? 1 : random.nextUniform(in: 0.9...0.995)
        let (levelSteps, slopeSteps) = (random.normals(length), random.normals(length))
        var (level, slope) = (Float(0), random.nextNormal() * slopeStep * Float(length).squareRoot())
        var values = [Float](repeating: 0, count: length)
        for index in values.indices {
            slope = damping * slope + slopeStep * slopeSteps[index]
            level += slope + levelSteps[index]
            values[index] = level
        }
        return values
    }

    /// A level that comes back to its mean, more slowly than the window is long or somewhat faster.
    private mutating func slowReversion() -> [Float] {
        meanReversion(timeScale: Float(length) * random.logUniform(in: 0.03...1))
    }
}
