internal import TesseraLayers

extension SeriesSampler {
    /// Trend, seasons of the calendar and noise, added to each other or multiplied: the classical decomposition, with
    /// parts whose sizes lie anywhere between hardly visible and dominant.
    mutating func structure() -> [Float] {
        let calendar = SeriesCalendar.any(length: length, using: &random)
        var values = seasons(of: calendar)
        if random.happens(0.8) { values.add(trend(), times: random.logUniform(in: 0.1...2.5)) }
        var noise = noise()
        noise.multiply(by: noiseSize())
        if random.happens(0.2) { multiplyByActivity(&noise, of: values) }
        values.add(noise)
        guard random.happens(0.4) else { return values }
        values = exponentiated(values)
        // What has deep troughs rather than high peaks is written upside down.
        if random.happens(0.25) { values.multiply(by: -1) }
        return values
    }

    /// The noise's standard deviation beside a season's of 1: mostly some tenths, at times nearly none, at times more
    /// than the season.
    private mutating func noiseSize() -> Float {
        switch random.nextUniform() {
        case ..<0.12: random.logUniform(in: 0.003...0.05)
        case ..<0.86: random.logUniform(in: 0.05...1)
        default: random.nextUniform(in: 0.6...3)
        }
    }

    /// The sum of a calendar's seasons, of which the strongest has variance 1; nothing when it has none.
    private mutating func seasons(of calendar: SeriesCalendar) -> [Float] {
        var values = [Float](repeating: 0, count: length)
        if let stepsPerDay = calendar.stepsPerDay, random.happens(0.93) { values = days(stepsPerDay: stepsPerDay) }
        for season in calendar.seasons where random.happens(season.probability) {
            // A period that is longer than the window is seen as a slow wave, which a smooth profile is.
            let isSmooth = season.period > Float(length) || random.happens(season.period > 40 ? 0.75 : 0.3)
            values.add(
                self.season(period: season.period, isSmooth: isSmooth), times: random.logUniform(in: 0.15...1.5))
        }
        return values
    }

    /// Noise that is larger where the series is high, or where it is low.
    private mutating func multiplyByActivity(_ noise: inout [Float], of values: [Float]) {
        var activity = values.standardized
        activity.multiply(by: random.nextUniform(in: 0.3...0.9) * (random.happens(0.8) ? 1 : -1))
        activity.exponentiate()
        noise.multiply(by: activity)
    }

    /// A positive series whose logarithm is this one, scaled: parts that were added are now factors.
    mutating func exponentiated(_ values: [Float]) -> [Float] {
        var result = values.standardized
        result.multiply(by: random.logUniform(in: 0.05...1))
        result.exponentiate()
        return result
    }
}
