/// The kinds of synthetic series, and how they are mixed.
package enum SyntheticKind: String, CaseIterable, Sendable {
    /// Trend, seasons of the calendar and noise, added or multiplied.
    case structure
    /// Samples of Gaussian processes with random kernels: KernelSynth (Ansari et al., 2024).
    case gaussianProcess
    /// ARIMA, and the seasonal one of Box & Jenkins's airline passengers.
    case autoregressiveMovingAverage
    /// Exponential smoothing as a model with one source of errors (Hyndman et al., 2008).
    case innovations
    /// Walks with changing volatility: prices and rates.
    case price
    /// What comes back to its mean, at one pace or several.
    case reversion
    /// Cycles that are only nearly regular.
    case cycles
    /// Bursts once a season, of another height and at another time each.
    case epidemic
    /// Poisson and negative binomial counts.
    case counts
    /// Zeros, and now and then some demand.
    case intermittentDemand
    /// What cannot leave its bounds: sunlight, shares.
    case bounded
    /// States that last for a while.
    case states
    /// One value, or nearly.
    case nearConstant
    /// Several of the others, averaged: TSMixup (Ansari et al., 2024).
    case mixture

    /// The share of series that are of this kind; they sum to 1.
    package var weight: Float {
        switch self {
        case .structure: 0.39
        case .gaussianProcess: 0.11
        case .autoregressiveMovingAverage: 0.08
        case .innovations: 0.07
        case .price: 0.07
        case .reversion: 0.05
        case .cycles: 0.04
        case .epidemic: 0.04
        case .counts: 0.03
        case .intermittentDemand: 0.02
        case .bounded: 0.03
        case .states: 0.01
        case .nearConstant: 0.01
        case .mixture: 0.05
        }
    }

    /// Any, as likely as their weights say.
    static let weighted = allCases.map { (weight: $0.weight, element: $0) }
    /// Those that a mixture is made of.
    static let mixed = weighted.filter { $0.element != .mixture && $0.element != .nearConstant }
}

extension SeriesSampler {
    /// A series of one kind, as it is before anything happens to it.
    mutating func series(of kind: SyntheticKind) -> [Float] {
        switch kind {
        case .structure: structure()
        case .gaussianProcess: gaussianProcess()
        case .autoregressiveMovingAverage: autoregressiveMovingAverage()
        case .innovations: innovations()
        case .price: price()
        case .reversion: reversion()
        case .cycles: cycles()
        case .epidemic: epidemic()
        case .counts: counts()
        case .intermittentDemand: intermittentDemand()
        case .bounded: bounded()
        case .states: states()
        case .nearConstant: nearConstant()
        case .mixture: mixture()
        }
    }

    /// Two or three series, scaled alike and averaged with random weights.
    private mutating func mixture() -> [Float] {
        var values = [Float](repeating: 0, count: length)
        for _ in 0..<random.nextInteger(in: 2...3) {
            let part = series(of: random.choice(SyntheticKind.mixed))
            values.add(part.standardized, times: random.exponential())
        }
        return values
    }
}
