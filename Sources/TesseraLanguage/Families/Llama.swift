internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// Llama (Touvron et al., 2023): `transformers.LlamaForCausalLM`, with root-mean-square norms, rotary positions, grouped queries and
/// SwiGLU.
enum Llama: LanguageModelFamily {
    static let modelType = "llama"
    static let architectures = ["LlamaForCausalLM"]
    static let prefix = "model."

    static func configuration(_ config: JSONObject) throws(FileError) -> TokenDecoderConfiguration {
        let hasBiases = try config.boolean("attention_bias", default: false)
        return try configuration(
            config,
            biases: .init(query: hasBiases, key: hasBiases, value: hasBiases, output: hasBiases),
            feedForwardBias: try config.boolean("mlp_bias", default: false))
    }

    static func names(of network: TokenDecoder) -> TensorNames { llamaNames }
}

extension LanguageModelFamily {
    /// Reads config.json in Llama's words.
    ///
    /// - Parameters:
    ///   - biases: which projections of the attention have one.
    ///   - feedForwardBias: whether the feed-forward network has them.
    /// - Throws: `FileError` naming the key.
    static func configuration(
        _ config: JSONObject, biases: MultiHeadAttention.Biases, feedForwardBias: Bool = false
    ) throws(FileError) -> TokenDecoderConfiguration {
        let contextLength = try config.integer("max_position_embeddings", in: 1...1 << 30)
        let block = try block(config, biases, feedForwardBias)
        var decoder = TokenDecoderConfiguration(
            block: block, layerCount: try config.integer("num_hidden_layers", in: 1...1_024),
            vocabularySize: try config.integer("vocab_size", in: 1...10_000_000), contextLength: contextLength)
        decoder.hasCrossAttention = false
        decoder.isTied = try config.boolean("tie_word_embeddings", default: false)
        let headSize = (block.attentionInnerSize ?? block.hiddenSize) / block.headCount
        decoder.positions = .rotary(try config.rotaryPositions(headSize: headSize, contextLength: contextLength))
        return decoder
    }

    private static func block(
        _ config: JSONObject, _ biases: MultiHeadAttention.Biases, _ feedForwardBias: Bool
    ) throws(FileError) -> BlockConfiguration {
        let hidden = try config.integer("hidden_size", in: 1...65_536)
        let heads = try config.integer("num_attention_heads", in: 1...1_024)
        guard hidden % heads == 0 || config.contains("head_dim") else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        let keyHeads = try config.integer("num_key_value_heads", in: 1...1_024, default: heads)
        guard heads % keyHeads == 0 else {
            throw config.error("num_key_value_heads", "\(keyHeads) do not divide num_attention_heads \(heads)")
        }
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...1_048_576),
            normalizationEpsilon: Float(try config.number("rms_norm_eps", in: 0...1, default: 1e-6)))
        block.keyHeadCount = keyHeads
        block.attentionInnerSize = heads * (try config.integer("head_dim", in: 1...65_536, default: hidden / heads))
        block.normalization = .rootMeanSquare
        (block.activation, block.gated) = (try config.activation("hidden_act", default: "silu"), true)
        (block.attentionBiases, block.feedForwardBias) = (biases, feedForwardBias)
        return block
    }

    /// What checkpoints of Llama, and of those that followed it, call the parameters.
    static var llamaNames: TensorNames {
        let layer = "model.layers.#."
        return TensorNames(
            rules: [
                ("embedding", ["model.embed_tokens"]), ("finalNorm", ["model.norm"]), ("head", ["lm_head"]),
                ("blocks.#.attentionNorm", [.init(layer + "input_layernorm")]),
                ("blocks.#.attention.query", [.init(layer + "self_attn.q_proj")]),
                ("blocks.#.attention.key", [.init(layer + "self_attn.k_proj")]),
                ("blocks.#.attention.value", [.init(layer + "self_attn.v_proj")]),
                ("blocks.#.attention.output", [.init(layer + "self_attn.o_proj")]),
                ("blocks.#.feedForwardNorm", [.init(layer + "post_attention_layernorm")]),
                ("blocks.#.feedForward.gate", [.init(layer + "mlp.gate_proj")]),
                ("blocks.#.feedForward.input", [.init(layer + "mlp.up_proj")]),
                ("blocks.#.feedForward.output", [.init(layer + "mlp.down_proj")]),
            ],
            // A tied head, and frequencies that config.json says.
            ignored: ["lm_head", "model.rotary_emb.inv_freq", layer + "self_attn.rotary_emb.inv_freq"])
    }
}
