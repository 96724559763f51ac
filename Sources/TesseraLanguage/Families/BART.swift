internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// BART (Lewis et al., 2020): `transformers.BartForConditionalGeneration`, which summarises. Its positions are learned, and stand from
/// row 2 of their table on; embedded tokens are normalised.
enum BART: SequenceToSequenceFamily {
    static let modelType = "bart"
    static let architectures = ["BartForConditionalGeneration"]

    static func configuration(
        _ config: JSONObject, hasHead: Bool
    ) throws(FileError) -> EncoderDecoderConfiguration {
        // What BART's relatives change under the same type.
        for (key, neutral) in [
            ("normalize_before", false), ("add_final_layer_norm", false), ("normalize_embedding", true),
            ("static_position_embeddings", false), ("tie_word_embeddings", true),
        ] {
            guard try config.boolean(key, default: neutral) == neutral else {
                throw config.error(key, "only \(neutral) is supported")
            }
        }
        var configuration = try EncoderDecoderConfiguration(bartLike: config, activation: "gelu")
        configuration.decoder.positionOffset = 2
        configuration.decoder.hasEmbeddingNorm = true
        return configuration
    }

    static func names(of network: EncoderDecoder) -> TensorNames { bartLikeNames }

    static func checkpointShape(of name: String, _ shape: [Int], in network: EncoderDecoder) -> [Int] {
        bartLikeShape(of: name, shape)
    }
}
