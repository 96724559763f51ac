internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTransformer

/// Swin (Liu et al., 2021): `SwinForImageClassification`, and `SwinModel` without a head. Attention within windows, which every other block
/// shifts; stages with fewer and wider tokens; the mean of the last stage's tokens sums a picture up.
enum Swin: VisionFamily {
    static let modelType = "swin"
    static let classifiers = ["SwinForImageClassification"]
    static let backbone = "SwinModel"
    static let imageProcessorClass = ImageProcessorClass.vit

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        let hierarchy = try VisionConfiguration.Hierarchy(config)
        let derived = [
            JSONMember(name: "hidden_size", value: .number(.integer(Int64(hierarchy.hiddenSize)))),
            JSONMember(name: "num_hidden_layers", value: .number(.integer(Int64(hierarchy.blockCount)))),
            JSONMember(
                name: "num_attention_heads", value: .number(.integer(Int64(hierarchy.stages.last?.headCount ?? 1)))),
            JSONMember(name: "image_size", value: .number(.integer(224))),
            JSONMember(name: "patch_size", value: .number(.integer(4))),
        ]
        var configuration = try VisionConfiguration(config.with(defaults: derived), epsilon: 1e-5) { $0 }
        guard configuration.block.hiddenSize == hierarchy.hiddenSize else {
            throw config.error(
                "hidden_size", "it must be embed_dim, doubled from stage to stage: \(hierarchy.hiddenSize)")
        }
        try configuration.readQueryKeyValueBias(config)
        configuration.hierarchy = hierarchy
        configuration.hasClassToken = false
        configuration.hasPositionTable = try config.boolean("use_absolute_embeddings", default: false)
        configuration.embeddingNorm = .patches
        configuration.pooling = .mean
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        .mean
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        let block = "swin.encoder.layers.#.blocks.#."
        // The second is what transformers 5 calls it in memory.
        func rule(_ ours: String, _ hub: String...) -> NameRule {
            ("hierarchy.stages.#.blocks.#." + ours, hub.map { .init(stringLiteral: block + $0) })
        }
        return TensorNames(
            rules: commonRules + [
                ("embeddingNorm", ["swin.embeddings.norm"]),
                rule(
                    "relativePositions", "attention.self.relative_position_bias_table",
                    "attention.relative_position_bias.relative_position_bias_table"),
                rule("block.attention.query", "attention.self.query", "attention.q_proj"),
                rule("block.attention.key", "attention.self.key", "attention.k_proj"),
                rule("block.attention.value", "attention.self.value", "attention.v_proj"),
                rule("block.attention.output", "attention.output.dense", "attention.o_proj"),
                rule("block.attentionNorm", "layernorm_before"), rule("block.feedForwardNorm", "layernorm_after"),
                rule("block.feedForward.input", "intermediate.dense", "mlp.fc1"),
                rule("block.feedForward.output", "output.dense", "mlp.fc2"),
                ("hierarchy.stages.#.merging.norm", ["swin.encoder.layers.#.downsample.norm"]),
                ("hierarchy.stages.#.merging.reduction", ["swin.encoder.layers.#.downsample.reduction"]),
            ],
            ignored: [
                block + "attention.self.relative_position_index",
                block + "attention.relative_position_bias.relative_position_index", "swin.embeddings.mask_token",
            ])
    }
}

extension VisionConfiguration.Hierarchy {
    /// Reads the sizes of a config.json.
    ///
    /// - Throws: `FileError` naming the key.
    fileprivate init(_ config: JSONObject) throws(FileError) {
        let depths = try config.wholeNumbers("depths", in: 1...256, default: [2, 2, 6, 2], atMost: 8)
        let heads = try config.wholeNumbers("num_heads", in: 1...1024, default: [3, 6, 12, 24], atMost: 8)
        guard heads.count == depths.count else {
            throw config.error("num_heads", "there are \(depths.count) stages, but \(heads.count) numbers of heads")
        }
        embeddingSize = try config.integer("embed_dim", in: 1...8192, default: 96)
        windowSide = try config.integer("window_size", in: 1...256, default: 7)
        expansion = try config.number("mlp_ratio", in: 0.01...64, default: 4)
        stages = zip(depths, heads).map { Stage(blockCount: $0, headCount: $1) }
        for (index, stage) in stages.enumerated() where (embeddingSize << index) % stage.headCount != 0 {
            throw config.error("num_heads", "\(stage.headCount) heads do not divide \(embeddingSize << index)")
        }
    }
}
