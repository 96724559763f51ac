internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// GPT-2 (Radford et al., 2019): `transformers.GPT2LMHeadModel`. Its matrices lie in files as `[input, output]`.
enum GPT2: LanguageModelFamily {
    static let modelType = "gpt2"
    static let architectures = ["GPT2LMHeadModel"]
    static let prefix = "transformer."

    static func configuration(_ config: JSONObject) throws(FileError) -> TokenDecoderConfiguration {
        for key in ["scale_attn_by_inverse_layer_idx", "add_cross_attention"]
        where try config.boolean(key, default: false) {
            throw config.error(key, "is not supported")
        }
        let hidden = try config.integer("n_embd", in: 1...65_536)
        let heads = try config.integer("n_head", in: 1...1_024)
        guard hidden % heads == 0 else { throw config.error("n_head", "\(heads) heads do not divide n_embd \(hidden)") }
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("n_inner", in: 1...1_048_576, default: 4 * hidden),
            normalizationEpsilon: Float(try config.number("layer_norm_epsilon", in: 0...1, default: 1e-5)))
        block.activation = try config.activation("activation_function", default: "gelu_new")
        block.attentionScale = try config.boolean("scale_attn_weights", default: true) ? nil : 1
        var decoder = TokenDecoderConfiguration(
            block: block, layerCount: try config.integer("n_layer", in: 1...1_024),
            vocabularySize: try config.integer("vocab_size", in: 1...10_000_000),
            contextLength: try config.integer("n_positions", in: 1...1_048_576, default: 1_024))
        decoder.hasCrossAttention = false
        decoder.isTied = try config.boolean("tie_word_embeddings", default: true)
        return decoder
    }

    static func names(of network: TokenDecoder) -> TensorNames {
        let layer = "transformer.h.#."
        func projection(_ part: Int) -> [TensorNames.Source] {
            [.init(layer + "attn.c_attn", part: part, of: 3, isTransposed: true)]
        }
        return TensorNames(
            rules: [
                ("embedding", ["transformer.wte"]), ("positions", ["transformer.wpe.weight"]),
                ("blocks.#.attentionNorm", [.init(layer + "ln_1")]),
                ("blocks.#.attention.query", projection(0)), ("blocks.#.attention.key", projection(1)),
                ("blocks.#.attention.value", projection(2)),
                ("blocks.#.attention.output", [.init(layer + "attn.c_proj", isTransposed: true)]),
                ("blocks.#.feedForwardNorm", [.init(layer + "ln_2")]),
                ("blocks.#.feedForward.input", [.init(layer + "mlp.c_fc", isTransposed: true)]),
                ("blocks.#.feedForward.output", [.init(layer + "mlp.c_proj", isTransposed: true)]),
                ("finalNorm", ["transformer.ln_f"]), ("head", ["lm_head"]),
            ],
            // A tied head, and which tokens see which.
            ignored: ["lm_head", layer + "attn.bias", layer + "attn.masked_bias"])
    }
}
