internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers
internal import TesseraTransformer

/// SigLIP (Zhai et al., 2023), `SiglipModel`: pictures and texts in one space, each pair judged by itself. Its picture tower has no class
/// token: a learned query sums the patches up.
enum SigLIP: VisionFamily {
    static let modelType = "siglip"
    static let classifiers: [String] = []
    static let backbone = "SiglipModel"
    static let imageProcessorClass = ImageProcessorClass.siglip
    static let prefix = ""

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> VisionConfiguration {
        let standard: [(String, Int)] = [
            ("hidden_size", 768), ("intermediate_size", 3072), ("num_hidden_layers", 12),
            ("num_attention_heads", 12), ("image_size", 224), ("patch_size", 16),
        ]
        let tower = try config.tower("vision_config", standard, activation: "gelu_pytorch_tanh")
        var configuration = try VisionConfiguration(tower, epsilon: 1e-6) { _ throws(FileError) in
            try tower.integer("intermediate_size", in: 1...1_048_576)
        }
        guard try tower.boolean("vision_use_head", default: true) else {
            throw tower.error("vision_use_head", "a model without a pooling head has no embedding of a picture")
        }
        configuration.hasClassToken = false
        configuration.hasUnitFeatures = true
        return configuration
    }

    static func backbonePooling(
        _ config: JSONObject, _ configuration: VisionConfiguration
    ) throws(FileError) -> VisionConfiguration.Pooling {
        .attention
    }

    static func names(_ configuration: VisionConfiguration) -> TensorNames {
        let head = "vision_model.head."
        func part(_ part: Int, _ kind: String) -> [TensorNames.Source] {
            [.init("\(head)attention.in_proj_\(kind)", part: part, of: 3)]
        }
        let projections = ["query", "key", "value"].enumerated().flatMap { index, name in
            ["weight", "bias"].map { kind -> NameRule in
                ("attentionPooling.attention.\(name).\(kind)", part(index, kind))
            }
        }
        return TensorNames(
            rules: projections + towerRules("vision_model", blocks: "encoder.blocks") + [
                ("patchEmbedding.projection", ["vision_model.embeddings.patch_embedding"]),
                ("positions", ["vision_model.embeddings.position_embedding.weight"]),
                ("encoder.finalNorm", ["vision_model.post_layernorm"]),
                ("attentionPooling.query", ["vision_model.head.probe"]),
                ("attentionPooling.attention.output", ["vision_model.head.attention.out_proj"]),
                ("attentionPooling.norm", ["vision_model.head.layernorm"]),
                ("attentionPooling.feedForward.input", ["vision_model.head.mlp.fc1"]),
                ("attentionPooling.feedForward.output", ["vision_model.head.mlp.fc2"]),
            ],
            ignored: ["text_model", "logit_scale", "logit_bias", "vision_model.embeddings.position_ids"])
    }

    static func checkpointShape(of name: String, _ shape: [Int], in network: VisionTransformer) -> [Int] {
        towerShape(of: name, shape, in: network)
    }
}

/// The text tower of SigLIP: every token sees every other one, the padding too, and the last position is mapped to the common space.
enum SigLIPTexts: TextTowerFamily {
    static let modelType = "siglip"
    static let architectures = ["SiglipModel"]
    static let scores = LabelScores.sigmoid

    static func configuration(_ config: JSONObject) throws(FileError) -> TextTowerConfiguration {
        let standard: [(String, Int)] = [
            ("hidden_size", 768), ("intermediate_size", 3072), ("num_hidden_layers", 12),
            ("num_attention_heads", 12), ("vocab_size", 32_000), ("max_position_embeddings", 64),
        ]
        let tower = try config.tower("text_config", standard, activation: "gelu_pytorch_tanh")
        var configuration = try TextTowerConfiguration(tower, epsilon: 1e-6)
        configuration.pooling = .lastPosition
        configuration.hasScoreBias = true
        configuration.hasProjectionBias = true
        configuration.projectionSize = try tower.integer(
            "projection_size", in: 1...65_536, default: configuration.block.hiddenSize)
        return configuration
    }

    static func names(of network: TextTowerNetwork) -> TensorNames {
        TensorNames(
            rules: textRules() + [("scoreBias", ["logit_bias"]), ("projection", ["text_model.head"])],
            ignored: ["vision_model", "text_model.embeddings.position_ids"])
    }
}
