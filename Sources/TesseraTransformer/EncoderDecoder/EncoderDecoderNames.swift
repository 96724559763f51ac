package import TesseraLayers

/// What the checkpoints of BART's kin call the parameters of an encoder-decoder: BART itself, Marian, Whisper, Speech2Text.
package enum EncoderDecoderNames {
    /// The blocks of both sides.
    package static var blockRules: [(ours: String, sources: [TensorNames.Source])] {
        let attentions = [("attention", "self_attn"), ("crossAttention", "encoder_attn")]
        let projections = [("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj"), ("output", "out_proj")]
        let others = [
            ("attentionNorm", "self_attn_layer_norm"), ("crossAttentionNorm", "encoder_attn_layer_norm"),
            ("feedForwardNorm", "final_layer_norm"), ("feedForward.input", "fc1"), ("feedForward.output", "fc2"),
        ]
        let parts = attentions.flatMap { ours, hub in projections.map { ("\(ours).\($0)", "\(hub).\($1)") } } + others
        return ["encoder", "decoder"].flatMap { side in
            parts.map { rule("\(side).blocks.#.\($0)", "\(side).layers.#.\($1)") }
        }
    }

    /// A parameter of the bare model.
    package static func rule(_ ours: String, _ hub: String) -> (ours: String, sources: [TensorNames.Source]) {
        (ours, [.init(stringLiteral: "model." + hub)])
    }
}
