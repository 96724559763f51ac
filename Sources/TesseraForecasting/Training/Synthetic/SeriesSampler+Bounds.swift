internal import TesseraLayers

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension SeriesSampler {
    /// What cannot leave its bounds: the light of the sun, or shares and humidities that saturate.
    mutating func bounded() -> [Float] {
        if random.happens(0.35) { return sunlight() }
        var values = structure().standardized
        values.multiply(by: random.nextUniform(in: 0.5...3))
        values.add(random.nextUniform(in: -2...2))
        if random.happens(0.5) {
            values.squash()
        } else {
            // Cut off hard, as an instrument's range does.
            for index in values.indices { values[index] = min(max(values[index], -1), 1) }
        }
        return values
    }

    /// Nothing by night, a hump by day, less of it under clouds, with days that grow longer or shorter.
    private mutating func sunlight() -> [Float] {
        let stepsPerDay = Float(random.element(of: [24, 24, 48, 96, 144]))
        let clouds = meanReversion(timeScale: stepsPerDay * random.logUniform(in: 0.05...2))
        let clarity = random.nextUniform(in: -1...2)
        let cloudiness = random.nextUniform(in: 0.1...1.5)
        let daylight = random.nextUniform(in: -0.4...0.4)
        let change = random.nextUniform(in: -0.3...0.3) / Float(length)
        let power = random.nextUniform(in: 0.7...1.5)
        let phase = random.nextUniform()
        let share = random.nextUniform(in: 0.3...1)
        return (0..<length).map { index in
            let angle = 2 * Float.pi * (Float(index) / stepsPerDay + phase)
            let height = max(0, sin(angle) + daylight + change * Float(index))
            let light = 1 / (1 + exp(-(clarity + cloudiness * clouds[index])))
            return pow(height, power) * (1 - share + share * light)
        }
    }

    /// States that last for a while, each with a level of its own: machines, tariffs, stocks.
    mutating func states() -> [Float] {
        let stateCount = random.nextInteger(in: 2...5)
        let (levels, spreads) = (random.normals(stateCount), (0..<stateCount).map { _ in random.nextUniform() })
        let stay = random.logUniform(in: 3...Float(max(4, length / 2)))
        // In some, a state ends after a fixed time, in others at any time.
        let isRegular = random.happens(0.3)
        let noise = shocks()
        let noiseSize = random.happens(0.3) ? 0 : random.logUniform(in: 0.01...0.5)
        var values = [Float](repeating: 0, count: length)
        var (state, age) = (0, Float(0))
        for index in values.indices {
            age += 1
            if isRegular ? age > stay : random.happens(1 / stay) {
                state = isRegular ? (state + 1) % stateCount : random.nextInteger(in: 0...stateCount - 1)
                age = 0
            }
            values[index] = levels[state] + noiseSize * spreads[state] * noise[index]
        }
        return values
    }

    /// What hardly ever changes: one value, or one with a few others among it.
    mutating func nearConstant() -> [Float] {
        var values = [Float](repeating: random.nextNormal(), count: length)
        if random.happens(0.3) { return values }
        let share = random.logUniform(in: 0.003...0.1)
        let size = random.logUniform(in: 0.1...2)
        for index in values.indices where random.happens(share) { values[index] += size * random.nextNormal() }
        return values
    }
}
