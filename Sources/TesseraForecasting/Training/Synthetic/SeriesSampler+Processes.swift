internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension SeriesSampler {
    /// ARIMA with random stable coefficients, or the seasonal one of Box & Jenkins's airline passengers (1970).
    mutating func autoregressiveMovingAverage() -> [Float] {
        if random.happens(0.5) { return airline() }
        var values = shocks().filtered(autoregression: autoregression(), movingAverage: movingAverage())
        if random.happens(0.5) {
            if random.happens(0.4) { values.add(random.nextNormal() * 0.2) }
            values.accumulate()
            // Twice integrated, it runs away as few series do.
            if random.happens(0.15) { values.accumulate() }
        }
        return random.happens(0.2) ? exponentiated(values) : values
    }

    /// `(1 - B)(1 - Bˢ) x = (1 - θB)(1 - ΘBˢ) e`, begun with a random season; often its logarithm is meant.
    private mutating func airline() -> [Float] {
        let period = random.element(of: [4, 5, 7, 7, 12, 12, 12, 24, 24, 48, 52])
        let isIntegrated = random.happens(0.6)
        let (first, seasonal) = (random.nextUniform(in: 0...0.95), random.nextUniform(in: 0.2...0.97))
        let memory = random.nextUniform(in: 0...0.95)
        let profile = SeasonalProfile(period: Float(period), isSmooth: random.happens(0.4), using: &random).points
        let seasonStrength = random.logUniform(in: 0.5...20)
        let drift = random.happens(0.5) ? random.nextNormal() * 0.05 : 0
        let shocks = shocks()
        // What the seasonal part becomes, then what the other differences add.
        var season = [Float](repeating: 0, count: length)
        var rest = [Float](repeating: 0, count: length)
        for index in season.indices {
            let before = index >= period ? season[index - period] : seasonStrength * profile[index % profile.count]
            season[index] = before + (1 - seasonal) * shocks[index]
            let level = index > 0 ? rest[index - 1] : 0
            let shock = index > 0 ? shocks[index - 1] : 0
            rest[index] = isIntegrated ? level + drift + shocks[index] - first * shock : memory * level + shocks[index]
        }
        season.add(rest)
        return random.happens(0.4) ? exponentiated(season) : season
    }

    /// Exponential smoothing read as a model: level, damped trend and season each take in a part of every error, which
    /// is added or a share of the value (Hyndman et al., 2008).
    mutating func innovations() -> [Float] {
        let period = random.element(of: [1, 1, 4, 7, 12, 12, 24, 52])
        let isRelative = random.happens(0.5)
        let size = isRelative ? random.logUniform(in: 0.003...0.08) : 1
        let levelShare = random.nextUniform() * random.nextUniform()
        let trendShare = levelShare * random.nextUniform(in: 0...0.3)
        let seasonShare = (1 - levelShare) * random.nextUniform(in: 0...0.4)
        let damping: Float = random.happens(0.4) ? 1 : random.nextUniform(in: 0.85...0.99)
        var level: Float = isRelative ? 1 : 0
        var slope = random.happens(0.6) ? random.nextNormal() * (isRelative ? 0.01 : 0.3) : 0
        var season = SeasonalProfile(period: Float(period), isSmooth: random.happens(0.3), using: &random).points
        season.multiply(by: isRelative ? random.logUniform(in: 0.02...0.5) : random.logUniform(in: 0.5...10))
        let shocks = shocks()
        var values = [Float](repeating: 0, count: length)
        for index in values.indices {
            let position = index % season.count
            let seasonal = period > 1 ? season[position] : 0
            let expected = isRelative ? (level + slope) * max(0.05, 1 + seasonal) : level + slope + seasonal
            let error = size * shocks[index] * (isRelative ? max(abs(level), 1e-3) : 1)
            values[index] = expected + error
            level = min(max(level + slope + levelShare * error, -1e6), 1e6)
            slope = damping * slope + trendShare * error
            season[position] += seasonShare * error / (isRelative ? max(abs(level), 1e-3) : 1)
        }
        return values
    }

    /// Prices and rates: a walk whose steps have volatility in clusters and now and then a jump; mostly its
    /// exponential.
    mutating func price() -> [Float] {
        var steps = shocks()
        switch random.nextUniform() {
        case ..<0.35: break
        case ..<0.7: applyClusteredVolatility(to: &steps)
        default: steps.multiply(by: wanderingVolatility(timeScale: random.logUniform(in: 10...300)))
        }
        if random.happens(0.15) {
            for _ in 0..<random.nextInteger(in: 1...4) {
                steps[random.nextInteger(in: 0...length - 1)] += random.nextNormal() * 8
            }
        }
        if random.happens(0.05) {
            // For a while the price is fixed.
            let first = random.nextInteger(in: 0...length - 1)
            let count = Int(Float(length) * random.logUniform(in: 0.02...0.5))
            for index in first..<min(length, first + count) { steps[index] = 0 }
        }
        // Trends of prices are weak beside their steps.
        steps.add(random.nextNormal() * 0.03)
        if random.happens(0.25) {
            // Rates that are pulled back, if slowly.
            let pull = 1 / (Float(length) * random.logUniform(in: 0.05...1))
            var value: Float = 0
            for index in steps.indices {
                value += steps[index] - pull * value
                steps[index] = value
            }
        } else {
            steps.accumulate()
        }
        guard random.happens(0.6) else { return steps }
        steps.multiply(by: random.logUniform(in: 0.002...0.03))
        steps.exponentiate()
        return steps
    }

    /// What comes back to its mean, at one pace or at several at once.
    mutating func reversion() -> [Float] {
        var values = [Float](repeating: 0, count: length)
        for _ in 0..<random.nextInteger(in: 1...3) {
            let scale = random.logUniform(in: 1...Float(max(2, length / 2)))
            var part = meanReversion(timeScale: scale)
            if random.happens(0.4) {
                // Once more averaged over time: smooth, as the pressure of the air is beside its wind.
                let memory = exp(-1 / (scale * random.nextUniform(in: 0.1...1)))
                part = part.filtered(autoregression: [memory], movingAverage: []).standardized
            }
            values.add(part, times: random.nextUniform(in: 0.2...1))
        }
        if random.happens(0.5) { values.add(random.normals(length), times: random.logUniform(in: 0.02...0.5)) }
        return random.happens(0.3) ? exponentiated(values) : values
    }

    /// Cycles that are only nearly regular, as the sun's spots and the numbers of lynx have them: each has its own
    /// length, height and asymmetry; what is observed often has noise that grows with the height.
    mutating func cycles() -> [Float] {
        let period = random.logUniform(in: 6...max(8, Float(length) * 0.5))
        let irregularity = random.nextUniform(in: 0...0.15)
        let heightSpread = random.nextUniform(in: 0.05...0.5)
        let power = random.nextUniform(in: 0.8...2)
        var values = [Float](repeating: 0, count: length)
        var rise = random.nextUniform(in: 0.25...0.6)
        let riseMean = rise
        var (height, cycle) = (Float(1), period)
        var place = random.nextUniform()
        for index in values.indices {
            if index == 0 || place >= 1 {
                if place >= 1 { place -= 1 }
                height = exp(heightSpread * random.nextNormal())
                cycle = max(2, period * (1 + irregularity * random.nextNormal()))
                rise = min(max(riseMean + 0.05 * random.nextNormal(), 0.1), 0.9)
            }
            let part = place < rise ? place / rise : 1 + (place - rise) / (1 - rise)
            values[index] = height * pow(max(0, 0.5 - 0.5 * cos(.pi * part)), power)
            place = min(place + 1 / cycle, 1.999)
        }
        var noise = noise()
        noise.multiply(by: random.logUniform(in: 0.02...0.5))
        let grows = random.happens(0.6)
        for index in values.indices {
            values[index] += noise[index] * (grows ? max(0.1, values[index]).squareRoot() : 0.5)
            if grows { values[index] = max(0, values[index]) }
        }
        if random.happens(0.25) { values.add(trend(), times: random.nextUniform(in: 0.05...0.4)) }
        return values
    }
}
