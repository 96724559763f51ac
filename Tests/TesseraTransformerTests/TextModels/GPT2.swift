import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTransformer

/// A language model: GPT-2 (Radford et al., 2019), `transformers.GPT2LMHeadModel`. It is a decoder that stands alone.
enum GPT2 {
    static func decoder(folder: String) throws(FileError) -> TokenDecoder {
        let config = try JSONObject.read(folder + "/config.json")
        for key in ["scale_attn_by_inverse_layer_idx", "add_cross_attention"]
        where try config.boolean(key, default: false) {
            throw config.error(key, "is not supported")
        }
        let hidden = try config.integer("n_embd", in: 1...65_536)
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: try config.integer("n_head", in: 1...1_024),
            intermediateSize: try config.integer("n_inner", in: 1...1_048_576, default: 4 * hidden),
            normalizationEpsilon: Float(try config.number("layer_norm_epsilon", in: 0...1, default: 1e-5)))
        block.activation = try config.activation("activation_function", default: "gelu_new")
        block.attentionScale = try config.boolean("scale_attn_weights", default: true) ? nil : 1
        var decoding = TokenDecoderConfiguration(
            block: block, layerCount: try config.integer("n_layer", in: 1...1_024),
            vocabularySize: try config.integer("vocab_size", in: 1...10_000_000),
            contextLength: try config.integer("n_positions", in: 1...1_048_576))
        decoding.hasCrossAttention = false
        decoding.isTied = try config.boolean("tie_word_embeddings", default: true)
        var decoder = TokenDecoder(decoding)
        try decoder.load(from: try Checkpoint(folder: folder), names: names) { _ in .float32 }
        return decoder
    }

    private static let names = TensorNames(
        rules: [
            ("embedding", ["transformer.wte"]), ("positions", ["transformer.wpe.weight"]),
            ("blocks.#.attentionNorm", ["transformer.h.#.ln_1"]),
            ("blocks.#.attention.query", [.init("transformer.h.#.attn.c_attn", part: 0, of: 3, isTransposed: true)]),
            ("blocks.#.attention.key", [.init("transformer.h.#.attn.c_attn", part: 1, of: 3, isTransposed: true)]),
            ("blocks.#.attention.value", [.init("transformer.h.#.attn.c_attn", part: 2, of: 3, isTransposed: true)]),
            ("blocks.#.attention.output", [.init("transformer.h.#.attn.c_proj", isTransposed: true)]),
            ("blocks.#.feedForwardNorm", ["transformer.h.#.ln_2"]),
            ("blocks.#.feedForward.input", [.init("transformer.h.#.mlp.c_fc", isTransposed: true)]),
            ("blocks.#.feedForward.output", [.init("transformer.h.#.mlp.c_proj", isTransposed: true)]),
            ("finalNorm", ["transformer.ln_f"]), ("head", ["lm_head"]),
        ], ignored: ["lm_head", "transformer.h.#.attn.bias", "transformer.h.#.attn.masked_bias"])
}
