#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension RotaryPositions {
    /// How the frequencies of rotary positions are changed, so that a model reads longer texts than it was trained on at first.
    public enum Scaling: Sendable, Equatable {
        /// Not at all.
        case none
        /// All are divided by the factor (Chen et al., 2023, position interpolation).
        case linear(factor: Float)
        /// Low ones are divided by the factor, high ones stay, and those between change little by little (Llama 3.1).
        case llama3(factor: Float, lowFrequencyFactor: Float, highFrequencyFactor: Float, originalLength: Int)
        /// The same with a ramp between two pairs (Peng et al., 2023, YaRN), which also scales the scores.
        case yarn(YaRN)
    }

    /// The numbers of YaRN (Peng et al., 2023).
    public struct YaRN: Sendable, Equatable {
        /// How much longer texts become.
        public var factor: Double
        /// How many tokens texts had at first.
        public var originalLength: Int
        /// Pairs that turn more often than that over the original length stay as they are.
        public var fastTurns = 32.0
        /// Pairs that turn less often than that are divided by the factor.
        public var slowTurns = 1.0
        /// Whether the ramp begins and ends at whole pairs.
        public var isTruncated = true
        /// What queries and keys are multiplied with; `0.1 ln factor + 1` where nil.
        public var attentionFactor: Float?

        /// - Parameters:
        ///   - factor: how much longer texts become, 1 or more.
        ///   - originalLength: how many tokens they had at first.
        public init(factor: Double, originalLength: Int) {
            (self.factor, self.originalLength) = (factor, originalLength)
        }
    }
}

extension RotaryPositions.Scaling {
    var attentionFactor: Float {
        guard case .yarn(let yarn) = self else { return 1 }
        return yarn.attentionFactor ?? yarn.attentionFactor(of: 1)
    }

    func scaled(_ frequencies: [Float], size: Int, base: Double) -> [Float] {
        switch self {
        case .none: return frequencies
        case .linear(let factor): return frequencies.map { $0 / factor }
        case .llama3(let factor, let low, let high, let originalLength):
            return frequencies.map { frequency in
                let wavelength = 2 * Float.pi / frequency
                let turns = Float(originalLength) / wavelength
                if turns > high { return frequency }
                if turns < low { return frequency / factor }
                let share = (turns - low) / (high - low)
                return (1 - share) * frequency / factor + share * frequency
            }
        case .yarn(let yarn):
            let ramp = yarn.ramp(size: size, base: base)
            return frequencies.enumerated().map { pair, frequency in
                let share = min(max((Float(pair) - ramp.start) / (ramp.end - ramp.start), 0), 1)
                return frequency / Float(yarn.factor) * share + frequency * (1 - share)
            }
        }
    }
}

extension RotaryPositions.YaRN {
    /// By how much scores grow, of which queries and keys each have the root.
    ///
    /// - Parameter weight: 1, where a model was not trained with another.
    func attentionFactor(of weight: Double) -> Float { Float(0.1 * weight * log(factor) + 1) }

    /// The pairs at which frequencies begin to be divided, and from which on they are divided by the whole factor.
    fileprivate func ramp(size: Int, base: Double) -> (start: Float, end: Float) {
        func pair(turning turns: Double) -> Double {
            Double(size) * log(Double(originalLength) / (turns * 2 * .pi)) / (2 * log(base))
        }
        var (start, end) = (pair(turning: fastTurns), pair(turning: slowTurns))
        if isTruncated { (start, end) = (start.rounded(.down), end.rounded(.up)) }
        (start, end) = (max(start, 0), min(end, Double(size - 1)))
        return (Float(start), Float(start == end ? end + 0.001 : end))
    }
}
