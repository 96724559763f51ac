public import TesseraTensor

/// The input of wav2vec 2.0 (Baevski et al., 2020): the waveform itself, with mean 0 and variance 1.
///
/// ```swift
/// let input = WaveformFeatures()(samples)   // [samples]
/// ```
public struct WaveformFeatures: Sendable {
    /// Rate, and what is done to a sound.
    public let settings: WaveformSettings

    /// What is added to the variance, so that silence is not divided by 0.
    private static let epsilon = 1e-7

    /// Features as a checkpoint's settings have them.
    public init(_ settings: WaveformSettings = WaveformSettings()) { self.settings = settings }

    /// One sound.
    ///
    /// - Parameter samples: at `settings.sampleRate`.
    /// - Returns: `[samples]`
    public func callAsFunction(_ samples: [Float]) -> Tensor {
        Tensor(shape: [samples.count], settings.normalizes ? Self.normalized(samples) : samples)
    }

    /// Several sounds, the shorter ones filled up behind.
    ///
    /// - Parameter sounds: at `settings.sampleRate`.
    /// - Returns: `[batch, samples]`, and how many samples of each are its own where the model is told.
    public func callAsFunction(_ sounds: [[Float]]) -> (input: Tensor, sampleCounts: [Int]?) {
        let length = sounds.map(\.count).max() ?? 0
        let rows = sounds.map { sound in
            let padding = [Float](repeating: settings.paddingValue, count: length - sound.count)
            return settings.masksPadding ? self(sound).values + padding : self(sound + padding).values
        }
        let input = Tensor(shape: [sounds.count, length], rows.flatMap(\.self))
        return (input, settings.masksPadding ? sounds.map(\.count) : nil)
    }

    private static func normalized(_ samples: [Float]) -> [Float] {
        let count = Double(max(1, samples.count))
        let mean = samples.reduce(0) { $0 + Double($1) } / count
        let variance = samples.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        let scale = 1 / (variance + epsilon).squareRoot()
        return samples.map { Float((Double($0) - mean) * scale) }
    }
}
