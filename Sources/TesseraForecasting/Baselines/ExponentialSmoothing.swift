/// Simple exponential smoothing: a level that moves by the share `alpha` of each error, from the first value on.
struct ExponentialSmoothing {
    /// From 0 to 1, where the squares of the errors are least.
    let alpha: Double
    /// After the last value.
    let level: Double
    /// Of each value but the first, by how much it differs from the level before it.
    let errors: [Double]

    init(_ values: [Double]) {
        // There can be several minima: the lowest of a grid is refined by golden sections.
        let gridCount = 25
        let best =
            (0...gridCount).map { Double($0) / Double(gridCount) }
            .min { ExponentialSmoothing.loss(values, $0) < ExponentialSmoothing.loss(values, $1) } ?? 1
        var low = max(0, best - 1 / Double(gridCount))
        var high = min(1, best + 1 / Double(gridCount))
        let ratio = (5.0.squareRoot() - 1) / 2
        while high - low > 1e-7 {
            let (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
            if ExponentialSmoothing.loss(values, left) < ExponentialSmoothing.loss(values, right) {
                high = right
            } else {
                low = left
            }
        }
        alpha = (low + high) / 2
        var level = values[0]
        var errors: [Double] = []
        errors.reserveCapacity(values.count)
        for value in values.dropFirst() {
            errors.append(value - level)
            level += alpha * (value - level)
        }
        (self.level, self.errors) = (level, errors)
    }

    private static func loss(_ values: [Double], _ alpha: Double) -> Double {
        var (level, sum) = (values[0], 0.0)
        for value in values {
            let error = value - level
            sum += error * error
            level += alpha * error
        }
        return sum
    }
}
