/// The levels whose quantiles a model gives, and what lies between and beyond them.
struct QuantileGrid {
    /// Increasing.
    let levels: [Double]

    /// The quantile of any level.
    ///
    /// Between two levels it lies on a line. Beyond them the tails are a normal distribution's, as steep as the last two quantiles
    /// say.
    ///
    /// - Parameter quantiles: those of `levels`, increasing.
    func value(at level: Double, _ quantiles: [Double]) -> Double {
        let last = levels.count - 1
        guard last > 0 else { return quantiles[0] }
        if let exact = levels.firstIndex(of: level) { return quantiles[exact] }
        if level < levels[0] { return tail(level, from: 0, 1, quantiles) }
        if level > levels[last] { return tail(level, from: last, last - 1, quantiles) }
        let above = levels.firstIndex { $0 > level } ?? last
        let share = (level - levels[above - 1]) / (levels[above] - levels[above - 1])
        return quantiles[above - 1] + share * (quantiles[above] - quantiles[above - 1])
    }

    private func tail(_ level: Double, from end: Int, _ inner: Int, _ quantiles: [Double]) -> Double {
        let scores = [level, levels[end], levels[inner]].map(NormalDistribution.quantile)
        let slope = (quantiles[end] - quantiles[inner]) / (scores[1] - scores[2])
        return quantiles[end] + slope * (scores[0] - scores[1])
    }

    /// The empirical quantile, on a line between the two values it lies between (Hyndman & Fan's definition 7, as
    /// `torch.quantile` and NumPy have it).
    ///
    /// - Parameter values: increasing, at least one.
    static func empirical(_ level: Double, _ values: [Double]) -> Double {
        let place = level * Double(values.count - 1)
        let lower = Int(place)
        guard lower + 1 < values.count else { return values[values.count - 1] }
        return values[lower] + (place - Double(lower)) * (values[lower + 1] - values[lower])
    }
}
