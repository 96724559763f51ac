internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// What checkpoints of two towers have in common.
extension PublishedFamily {
    /// Rules for a picture tower as CLIP has it.
    ///
    /// - Parameters:
    ///   - prefix: what leads to it, `owlvit.`.
    ///   - embeddingNorm: how the norm on the way in is spelt.
    static func pictureRules(_ prefix: String = "", embeddingNorm: String) -> [NameRule] {
        func rule(_ ours: String, _ hub: String) -> NameRule {
            (ours, [.init(stringLiteral: "\(prefix)vision_model.\(hub)")])
        }
        return towerRules(prefix + "vision_model", blocks: "encoder.blocks") + [
            rule("patchEmbedding.projection", "embeddings.patch_embedding"),
            rule("classToken", "embeddings.class_embedding"),
            rule("positions", "embeddings.position_embedding.weight"), rule("embeddingNorm", embeddingNorm),
            rule("encoder.finalNorm", "post_layernorm"),
        ]
    }

    /// Rules for what text towers have in common.
    ///
    /// - Parameter prefix: what leads to it, `owlvit.`.
    static func textRules(_ prefix: String = "") -> [NameRule] {
        func rule(_ ours: String, _ hub: String) -> NameRule { (ours, [.init(stringLiteral: prefix + hub)]) }
        return towerRules(prefix + "text_model", blocks: "encoder.blocks") + [
            rule("words", "text_model.embeddings.token_embedding"),
            rule("positions", "text_model.embeddings.position_embedding.weight"),
            rule("encoder.finalNorm", "text_model.final_layer_norm"), rule("scoreScale", "logit_scale"),
        ]
    }

    /// The shape in which checkpoints hold a parameter of a picture tower: positions and tokens as they are, but for a query.
    static func towerShape(of name: String, _ shape: [Int], in network: VisionTransformer) -> [Int] {
        switch name {
        case "attentionPooling.query": [1, 1] + shape
        case "classToken", "positions": shape
        default: network.checkpointShape(of: name, shape)
        }
    }

    /// Rules for the blocks of a tower.
    ///
    /// - Parameters:
    ///   - tower: what their names begin with, `vision_model`.
    ///   - blocks: where they are in ours.
    static func towerRules(_ tower: String, blocks: String) -> [NameRule] {
        [
            ("attention.query", "self_attn.q_proj"), ("attention.key", "self_attn.k_proj"),
            ("attention.value", "self_attn.v_proj"), ("attention.output", "self_attn.out_proj"),
            ("attentionNorm", "layer_norm1"), ("feedForwardNorm", "layer_norm2"),
            ("feedForward.input", "mlp.fc1"), ("feedForward.output", "mlp.fc2"),
        ].map { ours, hub in ("\(blocks).#.\(ours)", [.init(stringLiteral: "\(tower).encoder.layers.#.\(hub)")]) }
    }
}

extension JSONObject {
    /// The settings of one tower, with its family's defaults for what they leave out, as published folders do.
    ///
    /// - Throws: `FileError` when they are no object.
    func tower(_ key: String, _ defaults: [(String, Int)], activation: String) throws(FileError) -> JSONObject {
        let numbers = defaults.map { JSONMember(name: $0.0, value: .number(.integer(Int64($0.1)))) }
        let standard = numbers + [JSONMember(name: "hidden_act", value: .string(activation))]
        let settings = try object(key) ?? JSONObject(members: [], path: path)
        // Older folders say twice what a tower is made of, and this counts.
        guard let overriding = try object(key + "_dict") else { return settings.with(defaults: standard) }
        return overriding.with(defaults: settings.with(defaults: standard).members)
    }
}
