internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers

/// ViT (Dosovitskiy et al., 2021): `transformers.ViTForImageClassification`, and `ViTModel` without a head.
enum ViT: VisionFamily {
    static let modelType = "vit"
    static let classifiers = ["ViTForImageClassification"]
    static let backbone = "ViTModel"
    static let imageProcessorClass = ImageProcessorClass.vit

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        var configuration = try VisionConfiguration(config, epsilon: 1e-12) { _ throws(FileError) in
            try config.integer("intermediate_size", in: 1...1_048_576)
        }
        try configuration.readQueryKeyValueBias(config)
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        try .init(pooler: config, hiddenSize: configuration.block.hiddenSize)
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        TensorNames(
            rules: commonRules
                + layerRules("vit.encoder.layer", "vit.layers", norms: ("layernorm_before", "layernorm_after"))
                + feedForwardRules("vit.encoder.layer", "vit.layers"),
            ignored: ["vit.pooler", "vit.embeddings.mask_token", "vit.embeddings.position_ids"])
    }
}

extension VisionConfiguration {
    /// `qkv_bias`: whether queries, keys and values have a bias.
    mutating func readQueryKeyValueBias(_ config: JSONObject) throws(FileError) {
        let bias = try config.boolean("qkv_bias", default: true)
        block.attentionBiases = .init(query: bias, key: bias, value: bias)
    }
}
