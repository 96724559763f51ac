internal import TesseraFiles
internal import TesseraLayers

/// What DINOv2 has in common with its descendants.
extension VisionConfiguration {
    /// Reads config.json, save for the labels.
    ///
    /// - Throws: `FileError` naming the key.
    init(dino config: JSONObject) throws(FileError) {
        let gated = try config.boolean("use_swiglu_ffn", default: false)
        try self.init(config, epsilon: 1e-6) { hidden throws(FileError) in
            let ratio = try config.number("mlp_ratio", in: 0.01...64, default: 4)
            let size = max(1, Int(Double(hidden) * ratio))
            // SwiGLU keeps two thirds of it, rounded up to a multiple of 8.
            return gated ? (max(1, Int(Double(size) * 2 / 3)) + 7) / 8 * 8 : size
        }
        try readQueryKeyValueBias(config)
        block.layerScale = true
        block.gated = gated
        if gated { block.activation = .silu }
        pooling = .classTokenAndMean
    }
}

extension VisionFamily {
    static func dinoNames(_ configuration: VisionConfiguration) -> TensorNames {
        let layer = prefix + "encoder.layer"
        func rule(_ ours: String, _ hub: String) -> NameRule {
            ("encoder.blocks.#." + ours, [.init(stringLiteral: "\(layer).#.\(hub)")])
        }
        return TensorNames(
            rules: commonRules + layerRules(layer, layer, norms: ("norm1", "norm2"))
                + (configuration.block.gated ? gatedRules(layer) : [])
                + [
                    rule("feedForward.input", "mlp.fc1"), rule("feedForward.output", "mlp.fc2"),
                    rule("attentionScale", "layer_scale1.lambda1"), rule("feedForwardScale", "layer_scale2.lambda1"),
                ],
            ignored: [prefix + "embeddings.mask_token"])
    }

    /// Published checkpoints stack the gate and the input in one matrix.
    private static func gatedRules(_ layer: String) -> [NameRule] {
        let stacked = "\(layer).#.mlp.weights_in"
        func source(_ name: String) -> TensorNames.Source { .init(stringLiteral: "\(layer).#.mlp.\(name)") }
        return [
            ("encoder.blocks.#.feedForward.gate", [.init(stacked, part: 0, of: 2), source("gate_proj")]),
            ("encoder.blocks.#.feedForward.input", [.init(stacked, part: 1, of: 2), source("up_proj")]),
            ("encoder.blocks.#.feedForward.output", [source("weights_out"), source("down_proj")]),
        ]
    }
}
