internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// GPT-NeoX (Black et al., 2022): `transformers.GPTNeoXForCausalLM`, of which Pythia is one. Attention and feed-forward network read the same,
/// and positions turn a part of each head.
enum GPTNeoX: LanguageModelFamily {
    static let modelType = "gpt_neox"
    static let architectures = ["GPTNeoXForCausalLM"]
    static let prefix = "gpt_neox."

    static func configuration(_ config: JSONObject) throws(FileError) -> TokenDecoderConfiguration {
        let hidden = try config.integer("hidden_size", in: 1...65_536)
        let heads = try config.integer("num_attention_heads", in: 1...1_024)
        guard hidden % heads == 0 else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...1_048_576),
            normalizationEpsilon: Float(try config.number("layer_norm_eps", in: 0...1, default: 1e-5)))
        block.activation = try config.activation("hidden_act", default: "gelu")
        block.isParallel = try config.boolean("use_parallel_residual", default: true)
        let hasBiases = try config.boolean("attention_bias", default: true)
        block.attentionBiases = .init(query: hasBiases, key: hasBiases, value: hasBiases, output: hasBiases)
        let contextLength = try config.integer("max_position_embeddings", in: 1...1 << 30)
        var decoder = TokenDecoderConfiguration(
            block: block, layerCount: try config.integer("num_hidden_layers", in: 1...1_024),
            vocabularySize: try config.integer("vocab_size", in: 1...10_000_000), contextLength: contextLength)
        decoder.hasCrossAttention = false
        decoder.isTied = try config.boolean("tie_word_embeddings", default: false)
        decoder.positions = .rotary(
            try config.rotaryPositions(
                headSize: hidden / heads, contextLength: contextLength, baseKey: "rotary_emb_base",
                share: try config.number("rotary_pct", in: 0...1, default: 0.25)))
        return decoder
    }

    static func names(of network: TokenDecoder) -> TensorNames {
        let layer = "gpt_neox.layers.#."
        let heads = network.blocks.first?.attention.headCount ?? 1
        func projection(_ part: Int) -> [TensorNames.Source] {
            [.init(layer + "attention.query_key_value", part: part, of: 3, inGroups: heads)]
        }
        return TensorNames(
            rules: [
                ("embedding", ["gpt_neox.embed_in"]), ("finalNorm", ["gpt_neox.final_layer_norm"]),
                ("head", ["embed_out"]), ("blocks.#.attentionNorm", [.init(layer + "input_layernorm")]),
                ("blocks.#.attention.query", projection(0)), ("blocks.#.attention.key", projection(1)),
                ("blocks.#.attention.value", projection(2)),
                ("blocks.#.attention.output", [.init(layer + "attention.dense")]),
                ("blocks.#.feedForwardNorm", [.init(layer + "post_attention_layernorm")]),
                ("blocks.#.feedForward.input", [.init(layer + "mlp.dense_h_to_4h")]),
                ("blocks.#.feedForward.output", [.init(layer + "mlp.dense_4h_to_h")]),
            ],
            // A tied head, which tokens see which, and frequencies that config.json says.
            ignored: [
                "embed_out", layer + "attention.bias", layer + "attention.masked_bias",
                layer + "attention.rotary_emb.inv_freq",
            ])
    }
}
