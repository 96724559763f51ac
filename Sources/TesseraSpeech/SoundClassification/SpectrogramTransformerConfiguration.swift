package import TesseraFiles
public import TesseraTransformer

/// What an Audio Spectrogram Transformer is made of.
public struct SpectrogramTransformerConfiguration: Sendable {
    /// The encoder's blocks.
    public var block: BlockConfiguration
    /// How many blocks the encoder has.
    public var layerCount: Int
    /// Mel bins and frames of a spectrogram.
    public var melBinCount, frameCount: Int
    /// Mel bins, and frames, of a patch.
    public var patchSize: Int
    /// Mel bins from a patch to the next higher one, and frames to the next later one.
    public var frequencyStride, timeStride: Int
    /// The labels' names, by index.
    public var labels: [String]
    /// How logits become scores.
    public var scores: LabelScores

    /// Patches above each other, those of one time, and beside each other, those of one frequency.
    public var grid: (rows: Int, columns: Int) {
        ((melBinCount - patchSize) / frequencyStride + 1, (frameCount - patchSize) / timeStride + 1)
    }

    /// Patches of a spectrogram.
    public var patchCount: Int { grid.rows * grid.columns }

    /// Reads a config.json.
    ///
    /// - Throws: `FileError` naming the key.
    package init(_ config: JSONObject) throws(FileError) {
        let hidden = try config.integer("hidden_size", in: 1...65_536, default: 768)
        let heads = try config.integer("num_attention_heads", in: 1...1_024, default: 12)
        guard hidden % heads == 0 else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...1_048_576, default: 3_072),
            normalizationEpsilon: Float(try config.number("layer_norm_eps", in: 0...1, default: 1e-12)))
        block.activation = try config.activation("hidden_act", default: "gelu")
        let bias = try config.boolean("qkv_bias", default: true)
        block.attentionBiases = .init(query: bias, key: bias, value: bias)
        layerCount = try config.integer("num_hidden_layers", in: 1...1_024, default: 12)
        melBinCount = try config.integer("num_mel_bins", in: 1...1_024, default: 128)
        frameCount = try config.integer("max_length", in: 1...65_536, default: 1_024)
        patchSize = try config.integer("patch_size", in: 1...1_024, default: 16)
        guard patchSize <= min(melBinCount, frameCount) else {
            throw config.error("patch_size", "a patch is larger than num_mel_bins or max_length")
        }
        frequencyStride = try config.integer("frequency_stride", in: 1...1_024, default: 10)
        timeStride = try config.integer("time_stride", in: 1...1_024, default: 10)
        labels = try config.labels()
        scores = try LabelScores(config, labelCount: labels.count)
    }
}
