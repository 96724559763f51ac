internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers

/// BEiT (Bao et al., 2022): `BeitForImageClassification`. Keys without a bias, LayerScale, learned relative positions of each
/// layer or shared by all, and a head on the patches' normalised mean or on the class token; `BeitModel` has no head.
enum BEiT: VisionFamily {
    static let modelType = "beit"
    static let classifiers = ["BeitForImageClassification"]
    static let backbone = "BeitModel"
    static let imageProcessorClass = ImageProcessorClass.beit

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        var configuration = try VisionConfiguration(config, epsilon: 1e-12) { _ throws(FileError) in
            try config.integer("intermediate_size", in: 1...1_048_576)
        }
        let meanPooling = try config.boolean("use_mean_pooling", default: true)
        let shared = try config.boolean("use_shared_relative_position_bias", default: false)
        let perLayer = try config.boolean("use_relative_position_bias", default: false)
        if shared && perLayer {
            throw config.error(
                "use_shared_relative_position_bias", "shared positions beside each layer's own are not supported")
        }
        configuration.block.attentionBiases = .init(key: false)
        configuration.block.layerScale =
            try config.number("layer_scale_init_value", in: -1e9...1e9, default: 0.1) > 0
        configuration.hasPositionTable = try config.boolean("use_absolute_position_embeddings", default: false)
        configuration.relativePositions = shared ? .shared : perLayer ? .perLayer : .none
        configuration.hasFinalNorm = !meanPooling
        configuration.pooling = meanPooling ? .normalizedMean : .classToken
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        configuration.pooling
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        TensorNames(
            rules: commonRules
                + layerRules("beit.encoder.layer", "beit.layers", norms: ("layernorm_before", "layernorm_after"))
                + feedForwardRules("beit.encoder.layer", "beit.layers") + [
                    (
                        "encoder.blocks.#.attentionScale",
                        ["beit.encoder.layer.#.lambda_1", "beit.layers.#.lambda_1"]
                    ),
                    (
                        "encoder.blocks.#.feedForwardScale",
                        ["beit.encoder.layer.#.lambda_2", "beit.layers.#.lambda_2"]
                    ),
                    (
                        "sharedRelativePositions.table",
                        [
                            "beit.encoder.relative_position_bias.relative_position_bias_table",
                            "beit.shared_position_bias.relative_position_bias_table",
                        ]
                    ),
                    (
                        "relativePositions.#.table",
                        [
                            "beit.encoder.layer.#.attention.attention.relative_position_bias.relative_position_bias_table",
                            "beit.layers.#.relative_position_bias.relative_position_bias_table",
                        ]
                    ),
                    ("poolingNorm", ["beit.pooler.layernorm"]),
                ],
            ignored: [
                "beit.embeddings.mask_token", "beit.encoder.relative_position_bias.relative_position_index",
                "beit.encoder.layer.#.attention.attention.relative_position_bias.relative_position_index",
                "beit.shared_position_bias.relative_position_index",
                "beit.layers.#.relative_position_bias.relative_position_index",
            ])
    }
}
