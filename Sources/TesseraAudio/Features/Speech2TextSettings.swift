public import TesseraFiles

/// The settings of Speech2Text's features, as preprocessor_config.json gives them.
public struct Speech2TextSettings: Sendable, Equatable {
    /// Mel filters: the features of a frame.
    public var melBinCount = 80
    /// In Hz.
    public var sampleRate = 16_000
    /// Whether each feature's mean over the utterance is subtracted.
    public var normalizesMeans = true
    /// Whether each feature is divided by its standard deviation over the utterance.
    public var normalizesVariances = true
    /// What stands behind an utterance that is shorter than others of its batch.
    public var paddingValue: Float = 0

    /// The published ones: 80 mel filters, 16 kHz, means and variances normalised.
    public init() {}

    /// Samples of the window that a frame is made of: 25 ms.
    public var windowLength: Int { sampleRate * 25 / 1000 }
    /// Samples from one frame to the next: 10 ms.
    public var hopLength: Int { sampleRate * 10 / 1000 }

    /// Reads a preprocessor_config.json. What it leaves out is as published, as Speech2TextFeatureExtractor has it.
    ///
    /// - Throws: `FileError` naming the key when a value is out of range, of the wrong type, or asks for something that is
    ///   not done here.
    public init(_ settings: JSONObject) throws(FileError) {
        try checkExtractor(settings, is: "Speech2TextFeatureExtractor")
        melBinCount = try settings.integer("num_mel_bins", in: 4...1024, default: melBinCount)
        let featureSize = try settings.integer("feature_size", in: 4...1024, default: melBinCount)
        guard featureSize == melBinCount else {
            throw settings.error("feature_size", "it is \(featureSize), but num_mel_bins is \(melBinCount)")
        }
        sampleRate = try settings.integer("sampling_rate", in: AudioLimits.sampleRates, default: sampleRate)
        paddingValue = Float(try settings.number("padding_value", in: -1e6...1e6, default: 0))
        let normalizes = try settings.boolean("do_ceptral_normalize", default: true)
        normalizesMeans = try settings.boolean("normalize_means", default: true) && normalizes
        normalizesVariances = try settings.boolean("normalize_vars", default: true) && normalizes
    }
}
