internal import TesseraFiles
internal import TesseraLayers

extension VisionFamily {
    /// ViT (Dosovitskiy et al., 2021): `transformers.ViTForImageClassification`.
    static let vit = VisionFamily(
        modelType: "vit", architectures: ["ViTForImageClassification"],
        configuration: { config throws(FileError) in
            var configuration = try VisionConfiguration(config, epsilon: 1e-12) { _ throws(FileError) in
                try config.integer("intermediate_size", in: 1...1_048_576)
            }
            try configuration.readQueryKeyValueBias(config)
            return configuration
        },
        names: { _ in
            TensorNames(
                rules: commonRules("vit.")
                    + layerRules("vit.encoder.layer", "vit.layers", norms: ("layernorm_before", "layernorm_after"))
                    + feedForwardRules("vit.encoder.layer", "vit.layers"),
                ignored: ["vit.pooler", "vit.embeddings.mask_token", "vit.embeddings.position_ids"])
        })
}

extension VisionConfiguration {
    /// `qkv_bias`: whether queries, keys and values have a bias.
    mutating func readQueryKeyValueBias(_ config: JSONObject) throws(FileError) {
        let bias = try config.boolean("qkv_bias", default: true)
        block.attentionBiases = .init(query: bias, key: bias, value: bias)
    }
}
