internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// A family of published checkpoints: how to read its config.json, and what it calls its tensors.
struct SpeechFamily: PublishedFamily, Sendable {
    /// `model_type` in config.json.
    let modelType: String
    /// Classes in `architectures` whose checkpoints have the decoder that is used here.
    let architectures: [String]
    let configuration: @Sendable (JSONObject) throws(FileError) -> SpeechConfiguration
    let names: TensorNames

    static let all = [whisper, speechToText]

    /// The family that a config.json names.
    static func of(_ config: JSONObject) throws(FileError) -> SpeechFamily {
        try config.family(among: all, lacking: ("does not transcribe", others: "does"))
    }

    /// Rules for what the families call alike.
    ///
    /// - Parameter convolutions: what comes before a convolution's number.
    static func names(convolutions: [(ours: String, sources: [TensorNames.Source])]) -> TensorNames {
        func rule(_ ours: String, _ hub: String) -> (ours: String, sources: [TensorNames.Source]) {
            (ours, [.init(stringLiteral: "model." + hub)])
        }
        let blocks = ["encoder", "decoder"].flatMap { side in
            [
                ("attention", "self_attn"), ("crossAttention", "encoder_attn"),
            ].flatMap { ours, hub in
                [("query", "q_proj"), ("key", "k_proj"), ("value", "v_proj"), ("output", "out_proj")].map {
                    rule("\(side).blocks.#.\(ours).\($0)", "\(side).layers.#.\(hub).\($1)")
                }
            }
                + [
                    ("attentionNorm", "self_attn_layer_norm"), ("crossAttentionNorm", "encoder_attn_layer_norm"),
                    ("feedForwardNorm", "final_layer_norm"), ("feedForward.input", "fc1"),
                    ("feedForward.output", "fc2"),
                ].map { rule("\(side).blocks.#.\($0)", "\(side).layers.#.\($1)") }
        }
        return TensorNames(
            rules: convolutions + blocks + [
                rule("encoderPositions", "encoder.embed_positions.weight"),
                rule("encoder.finalNorm", "encoder.layer_norm"),
                rule("decoder.embedding", "decoder.embed_tokens"),
                rule("decoder.positions", "decoder.embed_positions.weight"),
                rule("decoder.finalNorm", "decoder.layer_norm"),
                ("decoder.head", ["proj_out", "lm_head"]),
            ],
            // Tied heads and computed positions, which some checkpoints carry all the same.
            ignored: [
                "proj_out", "lm_head", "model.encoder.embed_positions.weights", "model.decoder.embed_positions.weights",
                "model.decoder.version", "model.encoder.version",
            ])
    }
}

/// The `model_type`s of config.json that this module runs.
public let supportedModelTypes = SpeechFamily.all.map(\.modelType)
