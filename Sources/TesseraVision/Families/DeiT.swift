internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTransformer

/// DeiT (Touvron et al., 2021): `DeiTForImageClassification`, which uses the class token alone, and
/// `DeiTForImageClassificationWithTeacher`, whose logits are the mean of two heads; `DeiTModel` without a head.
enum DeiT: VisionFamily {
    static let modelType = "deit"
    static let classifiers = ["DeiTForImageClassification", "DeiTForImageClassificationWithTeacher"]
    static let backbone = "DeiTModel"
    static let imageProcessorClass = ImageProcessorClass.deit

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        var configuration = try VisionConfiguration(config, epsilon: 1e-12) { _ throws(FileError) in
            try config.integer("intermediate_size", in: 1...1_048_576)
        }
        try configuration.readQueryKeyValueBias(config)
        configuration.hasDistillationToken = true
        if config.architectures.first == classifiers[1] { configuration.pooling = .distilledPair }
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        try .init(pooler: config, hiddenSize: configuration.block.hiddenSize)
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        let heads: [NameRule] =
            configuration.pooling == .distilledPair
            ? [("classifier", ["cls_classifier"]), ("distillationClassifier", ["distillation_classifier"])] : []
        return TensorNames(
            rules: heads + commonRules
                + layerRules("deit.encoder.layer", "deit.layers", norms: ("layernorm_before", "layernorm_after"))
                + feedForwardRules("deit.encoder.layer", "deit.layers"),
            ignored: ["deit.pooler", "deit.embeddings.mask_token", "deit.embeddings.position_ids"])
    }
}
