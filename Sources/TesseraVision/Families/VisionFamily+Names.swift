internal import TesseraLayers
internal import TesseraTransformer

/// What one of our names is called in checkpoints.
typealias NameRule = (ours: String, sources: [TensorNames.Source])

/// What transformers calls alike in every family.
extension PublishedFamily {
    /// Rules for the parts of an encoder.
    ///
    /// - Parameters:
    ///   - old: where layers are in the names that checkpoints have, `vit.encoder.layer`.
    ///   - new: where they are in the names that transformers 5 has in memory, `vit.layers`.
    ///   - norms: what comes before attention and before the feed-forward network.
    static func layerRules(_ old: String, _ new: String, norms: (String, String)) -> [NameRule] {
        func both(_ ours: String, _ oldName: String, _ newName: String) -> NameRule {
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
    static var commonRules: [NameRule] {
        func rule(_ ours: String, _ hub: String...) -> NameRule {
            (ours, hub.map { .init(stringLiteral: prefix + $0) })
        }
        return [
            rule("patchEmbedding", "embeddings.patch_embeddings"),
            rule("classToken", "embeddings.cls_token"),
            rule("distillationToken", "embeddings.distillation_token"),
            rule("detectionTokens", "embeddings.detection_tokens"),
            rule(
                "blockPositions", "encoder.mid_position_embeddings",
                "encoder.interpolation.mid_position_embeddings"),
            rule("registers", "embeddings.register_tokens"),
            rule("positions", "embeddings.position_embeddings"),
            rule("encoder.finalNorm", "layernorm"),
            rule("pooler", "pooler.dense"),
        ]
    }

    /// A plain feed-forward network as ViT, DeiT and BEiT call it.
    static func feedForwardRules(_ old: String, _ new: String) -> [NameRule] {
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
