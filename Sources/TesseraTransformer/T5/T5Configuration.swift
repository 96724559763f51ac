package import TesseraFiles
internal import TesseraLayers

/// What config.json says of a T5.
package struct T5Configuration: Sendable {
    package let block: BlockConfiguration
    package let positions: RelativePositionBuckets.Configuration
    package let encoderLayerCount: Int
    package let decoderLayerCount: Int
    package let vocabularySize: Int
    /// What the decoder reads first.
    package let startToken: Int32
    package let endToken: Int32
    /// What states are multiplied with before they become logits.
    package let headScale: Float

    /// - Throws: `FileError` naming the key.
    package init(_ config: JSONObject) throws(FileError) {
        block = try T5Configuration.block(config)
        let bucketCount = try config.integer("relative_attention_num_buckets", in: 4...4_096, default: 32)
        positions = RelativePositionBuckets.Configuration(
            bucketCount: bucketCount,
            maximumDistance: try config.integer(
                "relative_attention_max_distance", in: bucketCount / 2 + 1...1_048_576, default: 128))
        encoderLayerCount = try config.integer("num_layers", in: 1...1_024)
        decoderLayerCount = try config.integer("num_decoder_layers", in: 1...1_024, default: encoderLayerCount)
        vocabularySize = try config.integer("vocab_size", in: 1...10_000_000)
        let wasTied = try config.boolean("tie_word_embeddings", default: true)
        let isScaled = try config.boolean("scale_decoder_outputs", default: wasTied)
        headScale = isScaled ? 1 / Float(block.hiddenSize).squareRoot() : 1
        startToken = Int32(try config.integer("decoder_start_token_id", in: 0...vocabularySize - 1, default: 0))
        endToken = Int32(try config.integer("eos_token_id", in: 0...max(1, vocabularySize - 1), default: 1))
    }

    private static func block(_ config: JSONObject) throws(FileError) -> BlockConfiguration {
        let heads = try config.integer("num_heads", in: 1...1_024)
        var block = BlockConfiguration(
            hiddenSize: try config.integer("d_model", in: 1...65_536), headCount: heads,
            intermediateSize: try config.integer("d_ff", in: 1...1_048_576),
            normalizationEpsilon: Float(try config.number("layer_norm_epsilon", in: 0...1, default: 1e-6)))
        block.normalization = .rootMeanSquare
        block.attentionInnerSize = heads * (try config.integer("d_kv", in: 1...65_536))
        block.attentionScale = 1
        block.attentionBiases = .init(query: false, key: false, value: false, output: false)
        block.feedForwardBias = false
        let key = "feed_forward_proj"
        let projection = try config.string(key, default: "relu")
        block.gated = projection.hasPrefix("gated-")
        block.activation =
            projection == "gated-gelu"
            ? .geluTanh : try config.activation(named: String(projection.dropFirst(block.gated ? 6 : 0)), in: key)
        return block
    }
}

extension EncoderDecoder {
    /// A T5 (Raffel et al., 2020), `transformers.T5ForConditionalGeneration`: a learned bias for the distance of two tokens stands in
    /// place of positions.
    ///
    /// - Parameter isTied: whether logits come from the embedding's matrix. T5 v1.1 has a head of its own, whatever its config.json
    ///   says.
    package init(_ configuration: T5Configuration, isTied: Bool = true) {
        var decoder = TokenDecoderConfiguration(
            block: configuration.block, layerCount: configuration.decoderLayerCount,
            vocabularySize: configuration.vocabularySize, contextLength: .max)
        decoder.positions = .none
        decoder.relativePositions = configuration.positions
        decoder.isTied = isTied
        decoder.headScale = configuration.headScale
        self.init(
            EncoderDecoderConfiguration(
                encoderBlock: configuration.block, encoderLayerCount: configuration.encoderLayerCount,
                encoderHasFinalNorm: true, decoder: decoder))
    }
}
