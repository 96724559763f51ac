/// What a series repeats every season, by the classical decomposition: values are compared with a moving average over a
/// season, and the averages of each place in the season are taken.
struct SeasonalDecomposition {
    /// For each place in the season, counted from the first value: what values are multiplied by there, or what is added.
    let indices: [Double]
    /// Whether the seasons grow with the level. Only values above 0 can be taken apart so.
    let isMultiplicative: Bool

    /// Nil where the season is not significant at 90 %, or there are fewer than three seasons.
    init?(_ values: [Double], seasonLength: Int) {
        guard seasonLength > 1, values.count >= 3 * seasonLength,
            SeasonalDecomposition.isSignificant(values, seasonLength)
        else { return nil }
        let trend = SeasonalDecomposition.trend(values, seasonLength)
        let isPositive = values.allSatisfy { $0 > 0 }
        let factors = SeasonalDecomposition.means(values, trend, seasonLength) { $0 / $1 }
        isMultiplicative = isPositive && factors.allSatisfy { $0 > 0 }
        if isMultiplicative {
            let mean = factors.reduce(0, +) / Double(seasonLength)
            indices = factors.map { $0 / mean }
        } else {
            let summands = SeasonalDecomposition.means(values, trend, seasonLength) { $0 - $1 }
            let mean = summands.reduce(0, +) / Double(seasonLength)
            indices = summands.map { $0 - mean }
        }
    }

    func adjusted(_ values: [Double]) -> [Double] {
        values.enumerated().map { index, value in
            isMultiplicative ? value / self[index] : value - self[index]
        }
    }

    subscript(index: Int) -> Double { indices[index % indices.count] }

    /// Whether the autocorrelation at the season is beyond what chance makes of it nine times in ten, given those before it
    /// (Bartlett's formula; the test that the M competitions put before the Theta method).
    static func isSignificant(_ values: [Double], _ seasonLength: Int) -> Bool {
        let mean = values.reduce(0, +) / Double(values.count)
        let deviations = values.map { $0 - mean }
        let variance = deviations.reduce(0) { $0 + $1 * $1 }
        guard variance > 0 else { return false }
        let correlations = (1...seasonLength).map { lag in
            zip(deviations.dropFirst(lag), deviations).reduce(0) { $0 + $1.0 * $1.1 } / variance
        }
        let squares = correlations.dropLast().reduce(0) { $0 + $1 * $1 }
        let limit = 1.645 * ((1 + 2 * squares) / Double(values.count)).squareRoot()
        return abs(correlations[seasonLength - 1]) > limit
    }

    /// The moving average over a season, of whose two ends each counts half where the season is even. It begins half a season
    /// behind the first value.
    private static func trend(_ values: [Double], _ seasonLength: Int) -> [Double] {
        let half = seasonLength / 2
        let isEven = seasonLength % 2 == 0
        return (half..<values.count - half).map { centre in
            var sum = values[centre - half...centre + half].reduce(0, +)
            if isEven { sum -= (values[centre - half] + values[centre + half]) / 2 }
            return sum / Double(seasonLength)
        }
    }

    private static func means(
        _ values: [Double], _ trend: [Double], _ seasonLength: Int, _ compared: (Double, Double) -> Double
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: seasonLength)
        var counts = [Double](repeating: 0, count: seasonLength)
        for (index, level) in trend.enumerated() {
            let place = index + seasonLength / 2
            sums[place % seasonLength] += compared(values[place], level)
            counts[place % seasonLength] += 1
        }
        return zip(sums, counts).map { $0 / $1 }
    }
}
