internal import TesseraSeries

/// A forecast whose errors are normal.
struct NormalForecast {
    var mean: [Double] = []
    /// The standard deviation of the error at each step.
    var deviation: [Double] = []

    mutating func append(_ mean: Double, deviation: Double) {
        self.mean.append(mean)
        self.deviation.append(deviation)
    }

    /// Makes the forecasts one after the other.
    static func forecasts(
        _ histories: [History], _ quantileLevels: [Double],
        _ forecast: (History) throws(SeriesError) -> NormalForecast
    ) throws(SeriesError) -> [Forecast] {
        let scores = quantileLevels.map(NormalDistribution.quantile)
        var forecasts: [Forecast] = []
        forecasts.reserveCapacity(histories.count)
        for history in histories {
            let normal = try forecast(history)
            let quantiles = zip(normal.mean, normal.deviation).map { mean, deviation in
                scores.map { mean + $0 * deviation }
            }
            forecasts.append(
                try Forecast(
                    continuing: history, mean: normal.mean, quantileLevels: quantileLevels, quantiles: quantiles))
        }
        return forecasts
    }

    /// The standard deviation of errors whose mean is taken to be 0, apart from which `parameterCount` numbers were estimated;
    /// 0 where there are too few.
    static func deviation(of errors: [Double], parameterCount: Int = 0) -> Double {
        guard errors.count > parameterCount else { return 0 }
        let squares = errors.reduce(0) { $0 + $1 * $1 }
        return (squares / Double(errors.count - parameterCount)).squareRoot()
    }
}

extension History {
    /// The index of the last value that is not missing.
    ///
    /// - Throws: `SeriesError` when there is none.
    func lastObserved() throws(SeriesError) -> Int {
        guard let index = values.lastIndex(where: { !$0.isNaN }) else {
            throw SeriesError(count == 0 ? "there are no values" : "all \(count) values are missing", series: name)
        }
        return index
    }

    /// By how much each value differs from that `lag` steps before, where neither is missing.
    func differences(lag: Int) -> [Double] {
        zip(values.dropFirst(lag), values).map { $0 - $1 }.filter { !$0.isNaN }
    }
}
