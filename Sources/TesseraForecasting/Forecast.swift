public import TesseraSeries

/// How a series goes on, as far as can be told.
public struct Forecast: Sendable {
    /// Of the history that it continues.
    public let name: String
    /// Those that follow the history's.
    public let times: TimeGrid
    /// What is expected at each time. `[horizon]`
    public internal(set) var mean: [Double]
    /// The probabilities of the quantiles, each between 0 and 1, in the order they were asked for.
    public let quantileLevels: [Double]
    /// For each time, below which values it stays with the probabilities `quantileLevels`: they never decrease.
    /// `[horizon, levels]`
    public internal(set) var quantiles: [[Double]]
    /// Ways the series may go, drawn at random, where the model makes such (Chronos-T5); else none. `[paths, horizon]`
    public internal(set) var samplePaths: [[Double]]

    /// - Parameter quantiles: Put into their order, should they cross. `[horizon, levels]`
    /// - Throws: `SeriesError` when the times lead beyond the year 9999.
    public init(
        continuing history: History, mean: [Double], quantileLevels: [Double], quantiles: [[Double]],
        samplePaths: [[Double]] = []
    ) throws(SeriesError) {
        Forecast.check(quantileLevels)
        precondition(quantiles.count == mean.count, "a row of quantiles for each step")
        precondition(quantiles.allSatisfy { $0.count == quantileLevels.count }, "a quantile for each level")
        do throws(SeriesError) {
            times = try history.times.continued(by: mean.count)
        } catch {
            throw SeriesError(error.cause, series: history.name)
        }
        (name, self.mean, self.quantileLevels) = (history.name, mean, quantileLevels)
        self.quantiles = quantiles.map { $0.sorted() }
        self.samplePaths = samplePaths
    }

    /// The quantiles of level 0.5 where there are such, else the mean. `[horizon]`
    public var median: [Double] {
        guard let index = quantileLevels.firstIndex(of: 0.5) else { return mean }
        return quantiles.map { $0[index] }
    }

    static func check(_ levels: [Double]) {
        precondition(levels.allSatisfy { $0 > 0 && $0 < 1 }, "quantile levels lie between 0 and 1")
        precondition(zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }, "quantile levels increase")
    }
}
