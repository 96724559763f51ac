internal import TesseraFiles
public import TesseraTransformer

/// The sizes of a `FrameClassifier`.
public struct FrameClassifierConfiguration: Sendable {
    /// Of the blocks.
    public var block: BlockConfiguration
    /// How many blocks there are.
    public var layerCount: Int
    /// Features of a frame.
    public var melBinCount: Int
    /// How many frames become one token.
    public var framesAToken: Int
    /// The most tokens that are read at once.
    public var contextLength: Int
    /// How many tokens before and behind those that are judged are read along, where there are any.
    public var pastTokenCount, futureTokenCount: Int

    /// The most frames that are read at once.
    public var windowFrameCount: Int { contextLength * framesAToken }
    /// How many frames before those that are judged are read along.
    public var pastFrameCount: Int { pastTokenCount * framesAToken }
    /// How many frames behind those that are judged are read along.
    public var futureFrameCount: Int { futureTokenCount * framesAToken }

    /// Reads a config.json.
    ///
    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError) {
        let hidden = try config.integer("hidden_size", in: 1...65_536)
        let heads = try config.integer("num_attention_heads", in: 1...1_024)
        guard hidden % heads == 0 else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...1_048_576),
            normalizationEpsilon: Float(try config.number("layer_norm_eps", in: 1e-12...1, default: 1e-5)))
        block.activation = try config.activation("hidden_act", default: "gelu")
        layerCount = try config.integer("num_hidden_layers", in: 1...1_024)
        melBinCount = try config.integer("num_mel_bins", in: 1...128)
        framesAToken = try config.integer("frames_per_token", in: 1...100)
        contextLength = try config.integer("max_position_embeddings", in: 1...65_536)
        pastTokenCount = try config.integer("past_tokens", in: 0...65_536)
        futureTokenCount = try config.integer("future_tokens", in: 0...65_536)
        guard pastTokenCount + futureTokenCount < contextLength else {
            throw config.error("past_tokens", "with future_tokens they leave none of max_position_embeddings to judge")
        }
    }
}
