package import TesseraLayers

/// What T5's checkpoints call the parameters of an `EncoderDecoder`.
package enum T5Names {
    /// What checkpoints call the parameters.
    ///
    /// - Parameters:
    ///   - place: what our names begin with where the T5 is a part of another model: `transformer.`
    ///   - isGated: whether the feed-forward networks are gated, whose matrices are called otherwise.
    package static func rules(
        at place: String = "", isGated: Bool
    ) -> [(ours: String, sources: [TensorNames.Source])] {
        let rules: [(ours: String, sources: [TensorNames.Source])] =
            blockRules("encoder", feedForward: 1, isGated) + blockRules("decoder", feedForward: 2, isGated) + [
                ("relativePositions.table", [.init("encoder." + positions)]),
                ("decoder.relativePositions.table", [.init("decoder." + positions)]),
                ("encoder.finalNorm", ["encoder.final_layer_norm"]),
                ("decoder.finalNorm", ["decoder.final_layer_norm"]),
                ("decoder.embedding", ["shared"]), ("decoder.head", ["lm_head"]),
            ]
        return rules.map { (place + $0.ours, $0.sources) }
    }

    /// What checkpoints carry and no result depends on: copies of the embedding.
    package static let ignoredNames = ["encoder.embed_tokens", "decoder.embed_tokens"]

    /// All blocks of a stack share what lies in the first.
    private static let positions = "block.0.layer.0.SelfAttention.relative_attention_bias.weight"

    /// - Parameter feedForward: the number of the feed-forward sublayer.
    private static func blockRules(
        _ side: String, feedForward: Int, _ isGated: Bool
    ) -> [(ours: String, sources: [TensorNames.Source])] {
        let sublayers = [
            ("attention.query", ["0.SelfAttention.q"]), ("attention.key", ["0.SelfAttention.k"]),
            ("attention.value", ["0.SelfAttention.v"]), ("attention.output", ["0.SelfAttention.o"]),
            ("attentionNorm", ["0.layer_norm"]),
            ("crossAttention.query", ["1.EncDecAttention.q"]), ("crossAttention.key", ["1.EncDecAttention.k"]),
            ("crossAttention.value", ["1.EncDecAttention.v"]), ("crossAttention.output", ["1.EncDecAttention.o"]),
            ("crossAttentionNorm", ["1.layer_norm"]),
            ("feedForward.gate", ["\(feedForward).DenseReluDense.wi_0"]),
            ("feedForward.input", ["\(feedForward).DenseReluDense.\(isGated ? "wi_1" : "wi")"]),
            ("feedForward.output", ["\(feedForward).DenseReluDense.wo"]),
            ("feedForwardNorm", ["\(feedForward).layer_norm"]),
        ]
        return sublayers.map { ours, hub in
            ("\(side).blocks.#.\(ours)", hub.map { .init("\(side).block.#.layer.\($0)") })
        }
    }
}
