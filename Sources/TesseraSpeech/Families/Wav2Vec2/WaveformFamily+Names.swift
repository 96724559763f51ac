internal import TesseraLayers

extension WaveformFamily {
    /// - Parameters:
    ///   - head: what checkpoints call it.
    ///   - others: what stands beside the Transformer, ours and theirs.
    static func names(
        of network: WaveformTransformer, head: String, others: [(String, String)]
    ) -> TensorNames {
        let convolution = "feature_extractor.conv_layers.#"
        let outside = [
            ("convolutions.#.convolution.projection", convolution + ".conv"),
            ("convolutions.#.normalized.kernel", convolution + ".conv.weight"),
            ("convolutions.#.normalized.bias", convolution + ".conv.bias"),
            ("convolutions.#.normalized.scale", convolution + ".layer_norm.weight"),
            ("convolutions.#.normalized.shift", convolution + ".layer_norm.bias"),
            ("convolutions.#.norm", convolution + ".layer_norm"),
            ("projectionNorm", "feature_projection.layer_norm"), ("projection", "feature_projection.projection"),
            ("inputNorm", "encoder.layer_norm"), ("encoder.finalNorm", "encoder.layer_norm"),
        ]
        let ofBlocks = [
            ("attention.query", "attention.q_proj"), ("attention.key", "attention.k_proj"),
            ("attention.value", "attention.v_proj"), ("attention.output", "attention.out_proj"),
            ("attentionNorm", "layer_norm"), ("feedForward.input", "feed_forward.intermediate_dense"),
            ("feedForward.output", "feed_forward.output_dense"), ("feedForwardNorm", "final_layer_norm"),
        ].map { ("encoder.blocks.#.\($0)", "encoder.layers.#.\($1)") }
        let groups = network.positions.groups.count
        return TensorNames(
            rules: (outside + ofBlocks).map { ($0, [.init(stringLiteral: "\(root).\($1)")]) }
                + (0..<groups).map { group in
                    (
                        "positions.groups.\(group).projection",
                        [.init("\(root).encoder.pos_conv_embed.conv", part: group, of: groups)]
                    )
                } + ([("head", head)] + others).map { ($0, [.init(stringLiteral: $1)]) },
            // Of the training without texts.
            ignored: ["\(root).masked_spec_embed", "quantizer", "project_q", "project_hid"])
    }
}
