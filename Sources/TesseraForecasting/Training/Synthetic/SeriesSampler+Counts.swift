internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension SeriesSampler {
    /// Counts of events at a rate with trend and seasons: Poisson, or more dispersed than that (negative binomial).
    mutating func counts() -> [Float] {
        var rates = structure().standardized
        rates.multiply(by: random.logUniform(in: 0.1...1))
        rates.exponentiate()
        let mean = random.logUniform(in: 0.5...300)
        let shape: Float? = random.happens(0.4) ? random.logUniform(in: 0.5...20) : nil
        for index in rates.indices {
            // The bound keeps counts where they are exact.
            var rate = min(mean * rates[index], 1e6)
            if let shape { rate *= random.gamma(shape: shape) / shape }
            rates[index] = random.poisson(mean: rate)
        }
        return rates
    }

    /// Demand that comes now and then: zeros, and between them sizes of their own (Croston, 1972). How often may follow
    /// a season, and fade or grow.
    mutating func intermittentDemand() -> [Float] {
        if random.happens(0.25) { return showers() }
        let share = random.nextUniform(in: 0.05...0.6)
        var odds = [Float](repeating: log(share / (1 - share)), count: length)
        if random.happens(0.4) {
            let period: Float = random.element(of: [7, 12, 24, 52.18])
            odds.add(season(period: period), times: random.nextUniform(in: 0.3...1.2))
        }
        if random.happens(0.3) { odds.add(trend(), times: random.nextUniform(in: 0.2...1)) }
        odds.squash()
        let isCount = random.happens(0.7)
        let mean = random.logUniform(in: 0.3...20)
        let spread = random.nextUniform(in: 0.2...1)
        for index in odds.indices {
            guard random.happens(odds[index]) else {
                odds[index] = 0
                continue
            }
            odds[index] = isCount ? 1 + random.poisson(mean: mean) : mean * exp(spread * random.nextNormal())
        }
        return odds
    }

    /// Rain: nothing while a hidden state is low, and then the more the higher it is.
    private mutating func showers() -> [Float] {
        var values = meanReversion(timeScale: random.logUniform(in: 0.5...12))
        if random.happens(0.4) {
            let period: Float = random.element(of: [24, 144, 365.25, 52.18, 12])
            values.add(season(period: period, isSmooth: true), times: random.nextUniform(in: 0.2...0.8))
        }
        let threshold = random.nextUniform(in: 0...1.2)
        let power = random.nextUniform(in: 1...2.5)
        for index in values.indices { values[index] = pow(max(0, values[index] - threshold), power) }
        return values
    }

    /// An illness: a burst in most seasons, of another height and at another time each, above a low level.
    mutating func epidemic() -> [Float] {
        let period: Float =
            random.happens(0.6) ? 52.18 : random.element(of: [12, 26, 365.25, random.logUniform(in: 10...300)])
        let base = random.logUniform(in: 0.02...0.5)
        let heightSpread = random.nextUniform(in: 0.1...0.8)
        let timeSpread = random.nextUniform(in: 0.01...0.08)
        let width = random.nextUniform(in: 0.04...0.16) * period
        let skew = random.nextUniform(in: 0.6...1.8)
        var values = [Float](repeating: base, count: length)
        var centre = -period * random.nextUniform()
        while centre < Float(length) + period {
            let height = exp(heightSpread * random.nextNormal())
            addBurst(
                &values, at: centre + period * timeSpread * random.nextNormal(), height: height, rise: width,
                fall: width * skew)
            // A second wave follows some of them.
            if random.happens(0.2) {
                addBurst(
                    &values, at: centre + width * random.nextUniform(in: 1.5...4), height: height * 0.5,
                    rise: width * 0.6, fall: width)
            }
            centre += period
        }
        var noise = meanReversion(timeScale: random.logUniform(in: 0.5...8))
        noise.multiply(by: random.logUniform(in: 0.02...0.3))
        noise.exponentiate()
        values.multiply(by: noise)
        if random.happens(0.4) {
            var growth = trend()
            growth.multiply(by: random.nextUniform(in: 0.1...0.6))
            growth.exponentiate()
            values.multiply(by: growth)
        }
        return values
    }

    /// A hump that rises and falls at paces of its own.
    private func addBurst(_ values: inout [Float], at centre: Float, height: Float, rise: Float, fall: Float) {
        let first = max(0, Int(max(0, centre - 4 * rise)))
        let last = min(length, Int(max(0, centre + 4 * fall)))
        guard first < last else { return }
        for index in first..<last {
            let distance = Float(index) - centre
            let place = distance / (distance < 0 ? rise : fall)
            values[index] += height * exp(-0.5 * place * place)
        }
    }
}
