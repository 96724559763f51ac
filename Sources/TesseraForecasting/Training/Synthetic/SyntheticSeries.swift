internal import TesseraLayers

/// Series that nobody has observed, in endless number: a forecaster that learned from nothing else has seen no series
/// that it is later asked about.
///
/// ```swift
/// let series = SyntheticSeries(seed: 42)
/// let values = series.values(7, length: 576)   // the same at each call
/// ```
///
/// Each is of one kind: trend, seasons of the calendar and noise; samples of Gaussian processes; ARIMA and exponential
/// smoothing; prices; nearly regular cycles; epidemics; counts; what is bounded; several of these at once. Then things
/// may happen to it, such as shifts of its level, outliers and rounding. What comes out is finite, and in units of its
/// own.
public struct SyntheticSeries: Sendable {
    /// What all chance comes from, together with a series' number.
    public let seed: UInt64

    /// Series with different seeds have nothing to do with each other.
    public init(seed: UInt64) { self.seed = seed }

    /// Series number `number` with this many values. It depends on the seed, the number and the length alone; with
    /// another length it is another series.
    ///
    /// - Parameter length: at least 1.
    /// - Returns: finite values. `[length]`
    public func values(_ number: Int, length: Int) -> [Float] {
        var sampler = sampler(number, length: length)
        let kind = sampler.random.choice(SyntheticKind.weighted)
        var values = sampler.random.happens(0.06) ? sampler.coarseSeries(of: kind) : sampler.series(of: kind)
        sampler.applyEvents(to: &values)
        return SyntheticSeries.bounded(values)
    }

    /// A series of a kind that is asked for, to which nothing happened.
    package func values(_ number: Int, length: Int, of kind: SyntheticKind) -> [Float] {
        var sampler = sampler(number, length: length)
        return SyntheticSeries.bounded(sampler.series(of: kind))
    }

    /// Of which kind a series is.
    package func kind(_ number: Int) -> SyntheticKind {
        var sampler = sampler(number, length: 1)
        return sampler.random.choice(SyntheticKind.weighted)
    }

    private func sampler(_ number: Int, length: Int) -> SeriesSampler {
        precondition(length > 0, "a series has at least one value")
        // The first number sets these apart from what else a training draws from its seed.
        return SeriesSampler(
            length: length,
            random: RandomGenerator(seed: seed, 0x7379_6e74, UInt64(bitPattern: Int64(number))))
    }

    /// The same, or brought to unit variance when it has grown so large that its squares would not be finite.
    private static func bounded(_ values: [Float]) -> [Float] {
        let largest = values.reduce(0) { max($0, abs($1)) }
        return largest < 1e8 ? values : values.standardized
    }
}
