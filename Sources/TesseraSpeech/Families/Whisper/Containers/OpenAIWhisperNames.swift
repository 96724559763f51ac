internal import TesseraFiles

/// What openai/whisper calls the parameters, as whisper.cpp does too, and what the hub calls them.
enum OpenAIWhisperNames {
    /// The tensors of such a file under the hub's names; those that are not known keep theirs.
    static func renamed(_ container: some TensorContainer) -> RenamedTensors {
        RenamedTensors(
            container,
            container.names.compactMap { name in
                guard let hub = hubName(of: name) else { return nil }
                // whisper.cpp keeps the biases of convolutions as columns.
                let shape = container.shape(of: name) ?? []
                let isColumn = name.hasSuffix(".bias") && shape.count == 2 && shape[1] == 1
                return (hub, .init(name, shape: isColumn ? [shape[0]] : nil))
            })
    }

    private static func hubName(of name: String) -> String? {
        if let whole = wholeNames[name] { return "model." + whole }
        let parts = name.split(separator: ".").map(String.init)
        guard let last = parts.last, ["weight", "bias"].contains(last) else { return nil }
        if let norm = norms[parts.dropLast().joined(separator: ".")] { return "model.\(norm).\(last)" }
        guard parts.count >= 5, ["encoder", "decoder"].contains(parts[0]), parts[1] == "blocks",
            let layer = layers[parts[3..<parts.count - 1].joined(separator: ".")]
        else { return nil }
        return "model.\(parts[0]).layers.\(parts[2]).\(layer).\(last)"
    }

    private static let wholeNames = [
        "encoder.positional_embedding": "encoder.embed_positions.weight",
        "decoder.positional_embedding": "decoder.embed_positions.weight",
        "decoder.token_embedding.weight": "decoder.embed_tokens.weight",
    ]

    private static let norms = [
        "encoder.conv1": "encoder.conv1", "encoder.conv2": "encoder.conv2", "encoder.ln_post": "encoder.layer_norm",
        "decoder.ln": "decoder.layer_norm",
    ]

    private static let layers = [
        "attn.query": "self_attn.q_proj", "attn.key": "self_attn.k_proj", "attn.value": "self_attn.v_proj",
        "attn.out": "self_attn.out_proj", "attn_ln": "self_attn_layer_norm", "cross_attn.query": "encoder_attn.q_proj",
        "cross_attn.key": "encoder_attn.k_proj", "cross_attn.value": "encoder_attn.v_proj",
        "cross_attn.out": "encoder_attn.out_proj", "cross_attn_ln": "encoder_attn_layer_norm", "mlp.0": "fc1",
        "mlp.2": "fc2", "mlp_ln": "final_layer_norm",
    ]
}
