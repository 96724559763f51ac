public import TesseraTensor

/// The features of Speech2Text (Wang et al., 2020): the logarithms of Kaldi's mel filter banks, each brought to mean 0 and
/// variance 1 over the utterance.
///
/// Kaldi works on samples of 16 bits: each frame of 25 ms is freed of its mean, pre-emphasised, weighted with Povey's window
/// and filled up to a power of two. Frames that do not fit into the utterance are left out.
///
/// ```swift
/// let features = Speech2TextFeatures()(samples)   // [frames, 80]
/// ```
public struct Speech2TextFeatures: Sendable {
    /// Frames, bins and rate.
    public let settings: Speech2TextSettings
    private let filterBanks: KaldiFilterBanks

    /// Prepares window, transform and filters for recordings of `settings`' sample rate.
    public init(_ settings: Speech2TextSettings = Speech2TextSettings()) {
        self.settings = settings
        filterBanks = KaldiFilterBanks(
            sampleRate: settings.sampleRate, melBinCount: settings.melBinCount, window: .povey, fullScale: 32_768)
    }

    /// Frames that fit into an utterance.
    public func frameCount(sampleCount: Int) -> Int { filterBanks.frameCount(sampleCount: sampleCount) }

    /// The features of one utterance, all of whose frames count for its mean and variance.
    ///
    /// - Parameter samples: At `settings.sampleRate`, full scale ±1.
    /// - Returns: `[frames, melBins]`, without frames when there are fewer samples than a window has.
    public func callAsFunction(_ samples: [Float]) -> Tensor {
        var result = Tensor(uninitialized: [frameCount(sampleCount: samples.count), settings.melBinCount])
        result.withMutableValues { compute(samples, into: $0) }
        return result
    }

    /// The features of several utterances, the shorter ones filled up with the padding value: `[batch, frames, melBins]`,
    /// and how many frames of each are its own.
    public func callAsFunction(_ utterances: [[Float]]) -> (features: Tensor, frameCounts: [Int]) {
        let counts = utterances.map { frameCount(sampleCount: $0.count) }
        let shape = [utterances.count, counts.max() ?? 0, settings.melBinCount]
        var result = Tensor(shape: shape, repeating: settings.paddingValue)
        result.withMutableValues { values in
            for (row, samples) in utterances.enumerated() {
                let start = row * shape[1] * shape[2]
                let own = UnsafeMutableBufferPointer(rebasing: values[start..<start + counts[row] * shape[2]])
                compute(samples, into: own)
            }
        }
        return (result, counts)
    }

    private func compute(_ samples: [Float], into features: UnsafeMutableBufferPointer<Float>) {
        let binCount = settings.melBinCount
        let frameCount = features.count / binCount
        guard frameCount > 0, let target = features.baseAddress else { return }
        filterBanks.compute(samples, into: features)
        normalize(target, frameCount)
    }

    /// Brings each feature to mean 0 and variance 1 over the frames, as far as the settings ask. One that does not vary,
    /// as in silence, stays 0 where transformers would make it NaN.
    private func normalize(_ features: UnsafeMutablePointer<Float>, _ frameCount: Int) {
        guard settings.normalizesMeans || settings.normalizesVariances else { return }
        let binCount = settings.melBinCount
        for bin in 0..<binCount {
            var (sum, squares): (Double, Double) = (0, 0)
            for frame in 0..<frameCount { sum += Double(features[frame * binCount + bin]) }
            let mean = sum / Double(frameCount)
            for frame in 0..<frameCount {
                let difference = Double(features[frame * binCount + bin]) - mean
                squares += difference * difference
            }
            let deviation = (squares / Double(frameCount)).squareRoot()
            let shift = settings.normalizesMeans ? mean : 0
            let scale = settings.normalizesVariances && deviation > 1e-6 ? 1 / deviation : 1
            for frame in 0..<frameCount {
                let place = frame * binCount + bin
                features[place] = Float((Double(features[place]) - shift) * scale)
            }
        }
    }
}
