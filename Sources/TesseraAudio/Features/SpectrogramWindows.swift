public import TesseraTensor

/// What the Audio Spectrogram Transformer (Gong et al., 2021) reads: the logarithms of Kaldi's mel filter banks with Hann's window, of
/// samples as they are; cut to a fixed number of frames, or filled up with zeros, and then normalised, the zeros with them.
///
/// ```swift
/// let features = SpectrogramWindows()(samples)   // [1024, 128]
/// ```
public struct SpectrogramWindows: Sendable {
    /// Frames, bins and rate.
    public let settings: SpectrogramWindowSettings
    private let filterBanks: KaldiFilterBanks

    /// Prepares window, transform and filters for recordings of `settings`' sample rate.
    public init(_ settings: SpectrogramWindowSettings = SpectrogramWindowSettings()) {
        self.settings = settings
        filterBanks = KaldiFilterBanks(
            sampleRate: settings.sampleRate, melBinCount: settings.melBinCount, window: .hann, fullScale: 1)
    }

    /// How many of a window's frames are a sound's of so many samples; what is behind them fills it up.
    public func frameCount(sampleCount: Int) -> Int {
        min(settings.frameCount, filterBanks.frameCount(sampleCount: sampleCount))
    }

    /// The features of one window.
    ///
    /// - Parameter samples: at `settings.sampleRate`, full scale ±1; those behind the window are left out.
    /// - Returns: `[frames, mel bins]`
    public func callAsFunction(_ samples: [Float]) -> Tensor {
        var result = Tensor(shape: [settings.frameCount, settings.melBinCount], repeating: 0)
        let count = frameCount(sampleCount: samples.count)
        let (mean, scale) = (Float(settings.mean), Float(1 / (2 * settings.deviation)))
        result.withMutableValues { values in
            let own = UnsafeMutableBufferPointer(rebasing: values[..<(count * settings.melBinCount)])
            filterBanks.compute(samples, into: own)
            guard settings.normalizes else { return }
            for index in values.indices { values[index] = (values[index] - mean) * scale }
        }
        return result
    }
}
