internal import TesseraFiles
internal import TesseraLayers

extension VisionFamily {
    /// DeiT (Touvron et al., 2021): `DeiTForImageClassification`, which uses the class token alone, and
    /// `DeiTForImageClassificationWithTeacher`, whose logits are the mean of two heads.
    static let deit = VisionFamily(
        modelType: "deit", architectures: ["DeiTForImageClassification", "DeiTForImageClassificationWithTeacher"],
        configuration: { config throws(FileError) in
            var configuration = try VisionConfiguration(config, epsilon: 1e-12) { _ throws(FileError) in
                try config.integer("intermediate_size", in: 1...1_048_576)
            }
            try configuration.readQueryKeyValueBias(config)
            configuration.hasDistillationToken = true
            if case .array(let names)? = config.value("architectures"), case .string(let name)? = names.first,
                name == "DeiTForImageClassificationWithTeacher"
            {
                configuration.pooling = .distilledPair
            }
            return configuration
        },
        names: { configuration in
            let heads: [(ours: String, sources: [TensorNames.Source])] =
                configuration.pooling == .distilledPair
                ? [("classifier", ["cls_classifier"]), ("distillationClassifier", ["distillation_classifier"])] : []
            return TensorNames(
                rules: heads + commonRules("deit.")
                    + layerRules("deit.encoder.layer", "deit.layers", norms: ("layernorm_before", "layernorm_after"))
                    + feedForwardRules("deit.encoder.layer", "deit.layers"),
                ignored: ["deit.pooler", "deit.embeddings.mask_token", "deit.embeddings.position_ids"])
        })
}
