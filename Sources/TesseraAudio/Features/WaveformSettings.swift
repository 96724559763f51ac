public import TesseraFiles

/// How a waveform is brought to the form that wav2vec 2.0 reads, as preprocessor_config.json says.
public struct WaveformSettings: Sendable, Equatable {
    /// In Hz.
    public var sampleRate = 16_000
    /// Whether each sound is brought to mean 0 and variance 1.
    public var normalizes = true
    /// Whether the model is told which samples of a batch are a sound's own. Where it is, sounds are normalised before they are
    /// filled up; where it is not, with what fills them up, as the model was trained.
    public var masksPadding = false
    /// What a sound that is shorter than others of its batch is filled up with.
    public var paddingValue: Float = 0

    /// The published ones: 16 kHz, normalised, without a mask.
    public init() {}

    /// Reads a preprocessor_config.json. What it leaves out is as Wav2Vec2FeatureExtractor has it.
    ///
    /// - Throws: `FileError` naming the key when a value is out of range, of the wrong type, or asks for something that is
    ///   not done here.
    public init(_ settings: JSONObject) throws(FileError) {
        try checkExtractor(settings, is: "Wav2Vec2FeatureExtractor")
        guard try settings.integer("feature_size", in: 1...1024, default: 1) == 1 else {
            throw settings.error("feature_size", "only one channel is supported")
        }
        sampleRate = try settings.integer("sampling_rate", in: AudioLimits.sampleRates, default: sampleRate)
        normalizes = try settings.boolean("do_normalize", default: normalizes)
        masksPadding = try settings.boolean("return_attention_mask", default: masksPadding)
        paddingValue = Float(try settings.number("padding_value", in: -1e6...1e6, default: 0))
    }
}
