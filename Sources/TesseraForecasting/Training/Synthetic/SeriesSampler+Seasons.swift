internal import TesseraLayers

extension SeriesSampler {
    /// A season: a profile that is repeated with a period, whole or not, as it is or changing with time. Mean and
    /// variance are those over whole periods, about 0 and 1.
    package mutating func season(period: Float, isSmooth: Bool = false) -> [Float] {
        let profile = SeasonalProfile(period: period, isSmooth: isSmooth, using: &random)
        let start = Float(random.nextInteger(in: 0...profile.points.count - 1)) / Float(profile.points.count)
        // Now and then its cycles are not all of one length.
        let drift: Float = random.happens(0.12) ? random.logUniform(in: 0.01...0.06) : 0
        var values = repeated(profile, period: period, start: start, drift: drift)
        if random.happens(0.2) {
            // Over time it becomes another profile.
            let other = SeasonalProfile(period: period, isSmooth: isSmooth, using: &random)
            blend(&values, with: repeated(other, period: period, start: start, drift: 0))
        }
        switch random.nextUniform() {
        case ..<0.45: break
        case ..<0.9:
            // Some periods are stronger than others, and neighbours are alike.
            var amplitude = meanReversion(timeScale: period * random.logUniform(in: 0.5...15))
            amplitude.multiply(by: random.nextUniform(in: 0.05...0.5))
            amplitude.exponentiate()
            values.multiply(by: amplitude)
        default:
            let growth = random.nextUniform(in: -0.8...2) / Float(length)
            for index in values.indices { values[index] *= 1 + growth * Float(index) }
        }
        return values
    }

    /// A profile, period after period.
    ///
    /// - Parameters:
    ///   - start: the part of the period at which the series begins.
    ///   - drift: the standard deviation, in periods, by which the phase has gone astray after one period.
    package mutating func repeated(_ profile: SeasonalProfile, period: Float, start: Float, drift: Float) -> [Float] {
        let points = profile.points
        let size = Float(points.count)
        var steps = drift > 0 ? random.normals(length) : []
        steps.multiply(by: drift * size / period.squareRoot())
        // In Double, so that long series keep their phase.
        let stride = Double(size) / Double(period)
        var values = [Float](repeating: 0, count: length)
        var position = Double(start * size)
        for index in values.indices {
            if position >= Double(size) { position -= Double(size) * (position / Double(size)).rounded(.down) }
            let point = min(Int(position), points.count - 1)
            let share = Float(position - Double(point))
            let next = point + 1 == points.count ? 0 : point + 1
            values[index] = points[point] + share * (points[next] - points[point])
            position += steps.isEmpty ? stride : max(0, stride + Double(steps[index]))
        }
        return values
    }

    /// Goes over from one series to the other, somewhere in the window and at some pace.
    private mutating func blend(_ values: inout [Float], with other: [Float]) {
        let centre = random.nextUniform() * Float(length)
        let width = random.logUniform(in: 0.02...0.5) * Float(length)
        var shares = (0..<length).map { (Float($0) - centre) / width }
        shares.squash()
        for index in values.indices { values[index] += shares[index] * (other[index] - values[index]) }
    }

    /// The days of people's doings: a profile for workdays and one for the weekend, days of different strength, or what
    /// only follows the sun, and then every day is alike but for its strength.
    ///
    /// - Parameter stepsPerDay: at least 2.
    mutating func days(stepsPerDay: Int) -> [Float] {
        let workday = SeasonalProfile(period: Float(stepsPerDay), isSmooth: random.happens(0.6), using: &random).points
        var weekend = workday
        let hasWeekends = random.happens(0.65)
        if hasWeekends, random.happens(0.5) {
            let other = SeasonalProfile(period: Float(stepsPerDay), isSmooth: true, using: &random).points
            let share = random.nextUniform(in: 0.2...1)
            for index in weekend.indices { weekend[index] += share * (other[index] - weekend[index]) }
        }
        let weekendStrength = random.nextUniform(in: 0.3...1.1)
        let weekendLevel = -random.nextUniform(in: -0.3...1.2)
        let dayCount = length / stepsPerDay + 3
        let memory = random.nextUniform(in: 0...6) + 0.05
        var (strengths, levels) = ofLength(dayCount) {
            ($0.meanReversion(timeScale: memory), $0.meanReversion(timeScale: memory))
        }
        strengths.multiply(by: random.nextUniform(in: 0...0.4))
        strengths.exponentiate()
        levels.multiply(by: random.nextUniform(in: 0...0.4))
        let firstDay = random.nextInteger(in: 0...6)
        let holidayShare: Float = random.happens(0.3) ? 0.02 : 0
        let sundayExcess = random.happens(0.5) ? random.nextUniform(in: 0...0.6) : 0
        for day in 0..<dayCount where hasWeekends {
            let weekday = (day + firstDay) % 7
            guard weekday >= 5 || random.happens(holidayShare) else { continue }
            strengths[day] *= weekendStrength
            levels[day] += weekday == 6 ? weekendLevel * (1 + sundayExcess) : weekendLevel
        }
        let phase = random.nextInteger(in: 0...stepsPerDay - 1)
        var values = (0..<length).map { index in
            let (day, step) = (index + phase).quotientAndRemainder(dividingBy: stepsPerDay)
            let profile = hasWeekends && (day + firstDay) % 7 >= 5 ? weekend : workday
            // Levels go over into each other in the course of the day.
            let share = Float(step) / Float(stepsPerDay)
            return strengths[day] * profile[step] + levels[day] + share * (levels[day + 1] - levels[day])
        }
        if random.happens(0.4) {
            // The day's shape changes with the weather: another profile comes and goes.
            let other = SeasonalProfile(period: Float(stepsPerDay), isSmooth: true, using: &random)
            var change = repeated(other, period: Float(stepsPerDay), start: 0, drift: 0)
            change.multiply(by: meanReversion(timeScale: Float(stepsPerDay) * random.logUniform(in: 0.5...10)))
            values.add(change, times: random.nextUniform(in: 0.1...0.5))
        }
        return values
    }
}
