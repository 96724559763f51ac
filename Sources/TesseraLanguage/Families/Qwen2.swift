internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// Qwen2 (Yang et al., 2024): `transformers.Qwen2ForCausalLM`, a Llama with biases on query, key and value alone.
enum Qwen2: LanguageModelFamily {
    static let modelType = "qwen2"
    static let architectures = ["Qwen2ForCausalLM"]
    static let prefix = "model."

    static func configuration(_ config: JSONObject) throws(FileError) -> TokenDecoderConfiguration {
        let decoder = try configuration(config, biases: .init(output: false))
        try refuseSlidingWindows(config, layerCount: decoder.layerCount)
        return decoder
    }

    static func names(of network: TokenDecoder) -> TensorNames { llamaNames }

    /// Windows of attention are configured, as published configurations do, without being used.
    private static func refuseSlidingWindows(_ config: JSONObject, layerCount: Int) throws(FileError) {
        guard try config.boolean("use_sliding_window", default: false), config.contains("sliding_window") else {
            return
        }
        let first = try config.integer("max_window_layers", in: 0...1 << 30, default: 28)
        var isUsed = first < layerCount
        if case .array(let kinds)? = config.value("layer_types") {
            isUsed = kinds.contains { if case .string("full_attention") = $0 { false } else { true } }
        }
        guard isUsed else { return }
        throw config.error("use_sliding_window", "attention within a window is not supported")
    }
}
