public import TesseraFiles

/// The settings of the spectrograms that the Audio Spectrogram Transformer reads, as preprocessor_config.json gives them.
public struct SpectrogramWindowSettings: Sendable, Equatable {
    /// Mel filters: the features of a frame.
    public var melBinCount = 128
    /// In Hz.
    public var sampleRate = 16_000
    /// Frames of a window; a sound is cut to as many, or filled up.
    public var frameCount = 1_024
    /// Whether the features are brought to about mean 0 and variance ¼.
    public var normalizes = true
    /// Of the features of a collection of sounds: what is taken off, and half of what they are divided by.
    public var mean = -4.2677393, deviation = 4.5689974

    /// Those of AudioSet's models: 128 mel filters, 16 kHz, 10 seconds.
    public init() {}

    /// Samples of a window's first frame, 25 ms, and from one frame to the next, 10 ms.
    private var frameLength: Int { sampleRate * 25 / 1000 }
    private var hopLength: Int { sampleRate * 10 / 1000 }

    /// The fewest samples that a window is made of: a frame's.
    public var leastSampleCount: Int { frameLength }
    /// The most samples that a window is made of.
    public var mostSampleCount: Int { (frameCount - 1) * hopLength + frameLength }

    /// Reads a preprocessor_config.json. What it leaves out is as ASTFeatureExtractor has it.
    ///
    /// - Throws: `FileError` naming the key when a value is out of range, of the wrong type, or asks for something that is
    ///   not done here.
    public init(_ settings: JSONObject) throws(FileError) {
        try checkExtractor(settings, is: "ASTFeatureExtractor")
        melBinCount = try settings.integer("num_mel_bins", in: 1...1024, default: melBinCount)
        sampleRate = try settings.integer("sampling_rate", in: AudioLimits.sampleRates, default: sampleRate)
        frameCount = try settings.integer("max_length", in: 1...65_536, default: frameCount)
        normalizes = try settings.boolean("do_normalize", default: true)
        mean = try settings.number("mean", in: -1e6...1e6, default: mean)
        deviation = try settings.number("std", in: -1e6...1e6, default: deviation)
        guard abs(deviation) >= 1e-6 else { throw settings.error("std", "features cannot be divided by \(deviation)") }
    }
}
