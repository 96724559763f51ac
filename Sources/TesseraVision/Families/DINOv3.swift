internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTransformer

/// DINOv3 (Siméoni et al., 2025): `DINOv3ViTModel`, which has no head. Rotary positions of the patches, none of class token and registers;
/// LayerScale, and plain or gated feed-forward networks.
enum DINOv3: VisionFamily {
    static let modelType = "dinov3_vit"
    static let classifiers: [String] = []
    static let backbone = "DINOv3ViTModel"
    static let imageProcessorClass = ImageProcessorClass.dinov3

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        var configuration = try VisionConfiguration(config, epsilon: 1e-5) { _ throws(FileError) in
            try config.integer("intermediate_size", in: 1...1_048_576)
        }
        configuration.block.attentionBiases = .init(
            query: try config.boolean("query_bias", default: true), key: try config.boolean("key_bias", default: false),
            value: try config.boolean("value_bias", default: true),
            output: try config.boolean("proj_bias", default: true))
        configuration.block.feedForwardBias = try config.boolean("mlp_bias", default: true)
        configuration.block.gated = try config.boolean("use_gated_mlp", default: false)
        configuration.block.layerScale = true
        configuration.registerCount = try config.integer("num_register_tokens", in: 0...1_024, default: 0)
        configuration.hasPositionTable = false
        configuration.rotaryPositions = try rotaryPositions(config, configuration.block)
        return configuration
    }

    private static func rotaryPositions(
        _ config: JSONObject, _ block: BlockConfiguration
    ) throws(FileError) -> GridRotaryPositions {
        let headSize = block.hiddenSize / block.headCount
        guard headSize % 4 == 0 else {
            throw config.error("num_attention_heads", "rotary positions need heads of a multiple of 4, not \(headSize)")
        }
        let base = try config.number("rope_theta", in: 1e-3...1e12, default: 100)
        return GridRotaryPositions(headSize: headSize, base: Float(base))
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        .classToken
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        func rule(_ ours: String, _ hub: String...) -> NameRule {
            (ours, hub.map { .init(stringLiteral: prefix + $0) })
        }
        return TensorNames(
            rules: [
                rule("patchEmbedding.projection", "embeddings.patch_embeddings"),
                rule("classToken", "embeddings.cls_token"),
                rule("registers", "embeddings.register_tokens"), rule("encoder.finalNorm", "norm"),
            ]
                // The second is what transformers 5 calls them in memory.
                + blockNames.map { rule("encoder.blocks.#." + $0, "layer.#." + $1, "model.layer.#." + $1) },
            ignored: [prefix + "embeddings.mask_token", prefix + "rope_embeddings.inv_freq"]
                // Where there are none, the tensor is there and empty.
                + (configuration.registerCount == 0 ? [prefix + "embeddings.register_tokens"] : []))
    }

    private static let blockNames = [
        ("attention.query", "attention.q_proj"), ("attention.key", "attention.k_proj"),
        ("attention.value", "attention.v_proj"), ("attention.output", "attention.o_proj"),
        ("attentionNorm", "norm1"), ("feedForwardNorm", "norm2"), ("feedForward.gate", "mlp.gate_proj"),
        ("feedForward.input", "mlp.up_proj"), ("feedForward.output", "mlp.down_proj"),
        ("attentionScale", "layer_scale1.lambda1"), ("feedForwardScale", "layer_scale2.lambda1"),
    ]
}
