internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// Marian's translators (Junczys-Dowmunt et al., 2018): `transformers.MarianMTModel`. The Transformer as it was first published, with
/// sinusoids for positions and a bias of the logits.
enum Marian: SequenceToSequenceFamily {
    static let modelType = "marian"
    static let architectures = ["MarianMTModel"]

    static func configuration(
        _ config: JSONObject, hasHead: Bool
    ) throws(FileError) -> EncoderDecoderConfiguration {
        for key in ["share_encoder_decoder_embeddings", "tie_word_embeddings"] {
            guard try config.boolean(key, default: true) else {
                throw config.error(key, "tables of their own for encoder and decoder are not supported")
            }
        }
        guard try config.boolean("static_position_embeddings", default: true) else {
            throw config.error("static_position_embeddings", "learned positions are not supported")
        }
        guard try !config.boolean("normalize_embedding", default: false) else {
            throw config.error("normalize_embedding", "normalised embeddings are not supported")
        }
        var configuration = try EncoderDecoderConfiguration(bartLike: config, activation: "gelu")
        configuration.decoder.positions = .sinusoidalHalves
        return configuration
    }

    static func names(of network: EncoderDecoder) -> TensorNames { bartLikeNames }

    static func checkpointShape(of name: String, _ shape: [Int], in network: EncoderDecoder) -> [Int] {
        bartLikeShape(of: name, shape)
    }
}
