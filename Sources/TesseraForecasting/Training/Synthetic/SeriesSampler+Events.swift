internal import TesseraLayers

extension SeriesSampler {
    /// A longer series observed more rarely: every so many values are averaged, or one of them is taken.
    mutating func coarseSeries(of kind: SyntheticKind) -> [Float] {
        let step = random.nextInteger(in: 2...6)
        let isMean = random.happens(0.6)
        let fine = ofLength(length * step) { $0.series(of: kind) }
        return (0..<length).map { index in
            let values = fine[index * step..<(index + 1) * step]
            return isMean ? values.reduce(0, +) / Float(step) : values[index * step]
        }
    }

    /// What may happen to any series, and how it was written down. Most stay as they are.
    mutating func applyEvents(to values: inout [Float]) {
        if random.happens(0.03) { transform(&values) }
        if random.happens(0.05) { shiftLevels(&values) }
        if random.happens(0.04) { changeVariance(&values) }
        if random.happens(0.06) { addOutliers(&values) }
        if random.happens(0.04) { values.reverse() }
        if random.happens(0.04) { values.multiply(by: -1) }
        if random.happens(0.03) { clip(&values) }
        if random.happens(0.08) { round(&values) }
        if random.happens(0.02) { hold(&values) }
    }

    /// Sums, differences or exponentials of the values.
    private mutating func transform(_ values: inout [Float]) {
        values.standardize()
        switch random.nextInteger(in: 0...2) {
        case 0: values.accumulate()
        case 1: for index in values.indices.dropFirst().reversed() { values[index] -= values[index - 1] }
        default: values = exponentiated(values)
        }
    }

    /// Levels that move for good, once or a few times.
    private mutating func shiftLevels(_ values: inout [Float]) {
        values.standardize()
        for _ in 0..<random.nextInteger(in: 1...3) {
            let start = random.nextInteger(in: 0...length - 1)
            let size = random.nextNormal() * 1.5
            for index in start..<length { values[index] += size }
        }
    }

    /// From some step on, the series varies more about its mean, or less.
    private mutating func changeVariance(_ values: inout [Float]) {
        values.standardize()
        let start = random.nextInteger(in: 0...length - 1)
        let factor = random.logUniform(in: 0.3...3)
        for index in start..<length { values[index] *= factor }
    }

    /// Single values far off, mostly to one side; some last for a few steps.
    private mutating func addOutliers(_ values: inout [Float]) {
        values.standardize()
        let share = random.logUniform(in: 0.002...0.03)
        let size = random.logUniform(in: 1...6)
        let side: Float = random.happens(0.7) ? random.sign() : 0
        let duration = random.happens(0.7) ? 1 : random.nextInteger(in: 2...5)
        for start in values.indices where random.happens(share) {
            let height = size * random.exponential() * (side == 0 ? random.sign() : side)
            for index in start..<min(length, start + duration) { values[index] += height }
        }
    }

    /// Nothing above or below some value of the series.
    private mutating func clip(_ values: inout [Float]) {
        let bound = random.element(of: values)
        let isFloor = random.happens(0.6)
        for index in values.indices { values[index] = isFloor ? max(bound, values[index]) : min(bound, values[index]) }
    }

    /// Written down in coarse steps.
    private mutating func round(_ values: inout [Float]) {
        values.standardize()
        let step = random.logUniform(in: 0.02...0.7)
        for index in values.indices { values[index] = (values[index] / step).rounded() * step }
    }

    /// Some values repeat the one before: an instrument that was not read.
    private mutating func hold(_ values: inout [Float]) {
        let share = random.nextUniform(in: 0.05...0.7)
        for index in values.indices.dropFirst() where random.happens(share) { values[index] = values[index - 1] }
    }
}
