internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// A family of published checkpoints: how to read its config.json, and what it calls its tensors.
struct VisionFamily: PublishedFamily, Sendable {
    /// `model_type` in config.json.
    let modelType: String
    /// Classes in `architectures` whose checkpoints have the head that is used here.
    let architectures: [String]
    let configuration: @Sendable (JSONObject) throws(FileError) -> VisionConfiguration
    let names: @Sendable (VisionConfiguration) -> TensorNames

    static let all = [vit, deit, dinov2, beit]

    /// What the names of tensors begin with that belong to the bare model.
    var prefix: String { modelType + "." }

    /// The family that a config.json names.
    ///
    /// - Parameter withHead: whether the class that it names must have a classification head.
    static func of(_ config: JSONObject, withHead: Bool = true) throws(FileError) -> VisionFamily {
        try config.family(among: all, lacking: withHead ? ("has no classification head", others: "has") : nil)
    }

    /// Rules for the parts of an encoder that transformers calls alike in every family.
    ///
    /// - Parameters:
    ///   - old: where layers are in the names that checkpoints have, `vit.encoder.layer`.
    ///   - new: where they are in the names that transformers 5 has in memory, `vit.layers`.
    ///   - norms: what comes before attention and before the feed-forward network.
    static func layerRules(
        _ old: String, _ new: String, norms: (String, String)
    ) -> [(ours: String, sources: [TensorNames.Source])] {
        func both(_ ours: String, _ oldName: String, _ newName: String) -> (ours: String, sources: [TensorNames.Source])
        {
            (
                "encoder.blocks.#." + ours,
                [.init(stringLiteral: "\(old).#.\(oldName)"), .init(stringLiteral: "\(new).#.\(newName)")]
            )
        }
        return [
            both("attention.query", "attention.attention.query", "attention.q_proj"),
            both("attention.key", "attention.attention.key", "attention.k_proj"),
            both("attention.value", "attention.attention.value", "attention.v_proj"),
            both("attention.output", "attention.output.dense", "attention.o_proj"),
            both("attentionNorm", norms.0, norms.0),
            both("feedForwardNorm", norms.1, norms.1),
        ]
    }

    /// Rules for the parts around the encoder.
    static func commonRules(_ prefix: String) -> [(ours: String, sources: [TensorNames.Source])] {
        func rule(_ ours: String, _ hub: String) -> (ours: String, sources: [TensorNames.Source]) {
            (ours, [.init(stringLiteral: prefix + hub)])
        }
        return [
            rule("patchEmbedding", "embeddings.patch_embeddings"),
            rule("classToken", "embeddings.cls_token"),
            rule("distillationToken", "embeddings.distillation_token"),
            rule("positions", "embeddings.position_embeddings"),
            rule("encoder.finalNorm", "layernorm"),
        ]
    }

    /// A plain feed-forward network as ViT, DeiT and BEiT call it.
    static func feedForwardRules(_ old: String, _ new: String) -> [(ours: String, sources: [TensorNames.Source])] {
        [
            (
                "encoder.blocks.#.feedForward.input",
                [.init(stringLiteral: old + ".#.intermediate.dense"), .init(stringLiteral: new + ".#.mlp.fc1")]
            ),
            (
                "encoder.blocks.#.feedForward.output",
                [.init(stringLiteral: old + ".#.output.dense"), .init(stringLiteral: new + ".#.mlp.fc2")]
            ),
        ]
    }
}

/// The `model_type`s of config.json that this module runs.
public let supportedModelTypes = VisionFamily.all.map(\.modelType)
