internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What repeats itself in a season: values over one period, evenly spread, with mean 0 and variance 1.
package struct SeasonalProfile {
    let points: [Float]

    /// A profile of any shape, in as many points as the period has steps.
    ///
    /// - Parameter isSmooth: as seasons of nature are; else also one with jumps, or another value for each step.
    init(period: Float, isSmooth: Bool, using random: inout RandomGenerator) {
        let count = max(4, min(512, Int(period.rounded())))
        var points: [Float]
        let shape = random.nextUniform() * (isSmooth ? 0.7 : 1)
        switch shape {
        case ..<0.32: points = SeasonalProfile.harmonics(count, using: &random)
        case ..<0.62: points = SeasonalProfile.humps(count, using: &random)
        case ..<0.70: points = SeasonalProfile.sawtooth(count, using: &random)
        case ..<0.80: points = SeasonalProfile.pulse(count, using: &random)
        case ..<0.92: points = SeasonalProfile.factors(count, using: &random)
        default: points = SeasonalProfile.peaks(count, using: &random)
        }
        points.standardize()
        self.points = points
    }

    package init(points: [Float]) { self.points = points.standardized }

    /// A Fourier series whose amplitudes decay with the order.
    private static func harmonics(_ count: Int, using random: inout RandomGenerator) -> [Float] {
        let decay = random.nextUniform(in: 0.7...3)
        let orders = random.nextInteger(in: 1...min(8, max(1, count / 2)))
        var points = [Float](repeating: 0, count: count)
        for order in 1...orders {
            let amplitude = random.nextNormal() * pow(Float(order), -decay)
            let phase = 2 * Float.pi * random.nextUniform()
            let frequency = 2 * Float.pi * Float(order) / Float(count)
            for index in points.indices { points[index] += amplitude * sin(frequency * Float(index) + phase) }
        }
        return points
    }

    /// One to four humps of some width, upwards or, now and then, downwards: the mornings and evenings of a day's load.
    private static func humps(_ count: Int, using random: inout RandomGenerator) -> [Float] {
        var points = [Float](repeating: 0, count: count)
        for _ in 0..<random.nextInteger(in: 1...4) {
            let amplitude = random.nextUniform(in: 0.3...1) * (random.happens(0.8) ? 1 : -1)
            let centre = 2 * Float.pi * random.nextUniform()
            let sharpness = random.logUniform(in: 0.5...15)
            for index in points.indices {
                let angle = 2 * Float.pi * Float(index) / Float(count) - centre
                points[index] += amplitude * exp(sharpness * (cos(angle) - 1))
            }
        }
        return points
    }

    /// A steady rise and a steady fall, of different lengths.
    private static func sawtooth(_ count: Int, using random: inout RandomGenerator) -> [Float] {
        let top = random.nextUniform(in: 0.05...0.95)
        return (0..<count).map { index in
            let place = Float(index) / Float(count)
            return place < top ? place / top : (1 - place) / (1 - top)
        }
    }

    /// On for a part of the period, as what runs by day or on workdays; the edges may be soft.
    private static func pulse(_ count: Int, using random: inout RandomGenerator) -> [Float] {
        let width = random.nextUniform(in: 0.1...0.75)
        let edge = random.happens(0.5) ? 0.01 : random.nextUniform(in: 0.02...0.12)
        return (0..<count).map { index in
            let place = Float(index) / Float(count)
            return 1 / (1 + exp(-(width / 2 - abs(place - 0.5)) / edge))
        }
    }

    /// Another value for each step, as the months of a year have; in some, many steps are alike.
    private static func factors(_ count: Int, using random: inout RandomGenerator) -> [Float] {
        let points = random.normals(count)
        guard random.happens(0.3) else { return points }
        return points.map { ($0 * 1.5).rounded() }
    }

    /// A few steps that stand out, as paydays and the end of a year do.
    private static func peaks(_ count: Int, using random: inout RandomGenerator) -> [Float] {
        var points = random.normals(count)
        points.multiply(by: random.nextUniform(in: 0...0.2))
        for _ in 0..<random.nextInteger(in: 1...max(1, min(4, count / 6))) {
            points[random.nextInteger(in: 0...count - 1)] += random.nextUniform(in: 0.5...3)
        }
        return points
    }
}
