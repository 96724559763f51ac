public import TesseraFiles

/// The settings of Whisper's log-mel spectrogram, as preprocessor_config.json gives them.
public struct LogMelSettings: Sendable, Equatable {
    /// Mel filters: the features of a frame.
    public var melBinCount = 80
    /// In Hz.
    public var sampleRate = 16_000
    /// Samples from one frame to the next.
    public var hopLength = 160
    /// Samples of the window that a frame is made of.
    public var transformSize = 400
    /// Seconds of the window that the model takes at once.
    public var chunkLength = 30
    /// What a window is filled up with.
    public var paddingValue: Float = 0

    /// The published ones: 80 mel filters, 16 kHz, 10 ms a frame, 25 ms a window, 30 s at once.
    public init() {}

    /// Samples of the window that the model takes at once.
    public var windowSampleCount: Int { chunkLength * sampleRate }
    /// Frames of the window that the model takes at once.
    public var windowFrameCount: Int { windowSampleCount / hopLength }
    /// Seconds from one frame to the next.
    public var frameDuration: Double { Double(hopLength) / Double(sampleRate) }

    /// Reads a preprocessor_config.json. What it leaves out is as published, as WhisperFeatureExtractor has it; what it
    /// derives (`n_samples`, `nb_max_frames`, `mel_filters`) is computed.
    ///
    /// - Throws: `FileError` naming the key when a value is out of range, of the wrong type, or asks for something that is
    ///   not done here.
    public init(_ settings: JSONObject) throws(FileError) {
        try checkExtractor(settings, is: "WhisperFeatureExtractor")
        if try settings.boolean("do_normalize", default: false) {
            throw settings.error("do_normalize", "it asks for a step that is not supported")
        }
        melBinCount = try settings.integer("feature_size", in: 1...1024, default: melBinCount)
        sampleRate = try settings.integer("sampling_rate", in: AudioLimits.sampleRates, default: sampleRate)
        transformSize = try settings.integer("n_fft", in: 2...16_384, default: transformSize)
        hopLength = try settings.integer("hop_length", in: 1...16_384, default: hopLength)
        chunkLength = try settings.integer("chunk_length", in: 1...3600, default: chunkLength)
        paddingValue = Float(try settings.number("padding_value", in: -1...1, default: 0))
        guard hopLength <= transformSize else {
            throw settings.error("hop_length", "it is larger than n_fft: samples between frames would be skipped")
        }
        // A window is reflected at its ends by half a transform, and the largest is to fit into memory easily.
        guard windowSampleCount > transformSize, windowSampleCount <= 1 << 25,
            windowFrameCount.multipliedReportingOverflow(by: melBinCount).partialValue <= 1 << 25
        else {
            throw settings.error("chunk_length", "a window of \(windowSampleCount) samples is too short or too long")
        }
    }
}

/// Refuses the settings of another feature extractor, and steps that change the samples and are not done here.
func checkExtractor(_ settings: JSONObject, is name: String) throws(FileError) {
    let key = "feature_extractor_type"
    let found = try settings.string(key, default: name)
    guard found == name else { throw settings.error(key, "it must be \(name), but is \(found.quoted)") }
    if settings.contains("auto_map") {
        throw settings.error("auto_map", "it names code to run, and nothing from a model's folder is run")
    }
    if try settings.number("dither", in: 0...1e6, default: 0) != 0 {
        throw settings.error("dither", "it asks for noise, which is not supported")
    }
    if try settings.string("padding_side", default: "right") != "right" {
        throw settings.error("padding_side", "it must be 'right'")
    }
}
