internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// What checkpoints of two towers have in common.
extension PublishedFamily {
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
