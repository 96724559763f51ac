internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A family of decoders that complete texts.
protocol LanguageModelFamily: PublishedFamily where Network == TokenDecoder {
    /// Reads config.json.
    ///
    /// - Throws: `FileError` naming the key.
    static func configuration(_ config: JSONObject) throws(FileError) -> TokenDecoderConfiguration
}

/// The families of decoders that complete texts.
let languageModelFamilies = FamilyRegistry<any LanguageModelFamily.Type>(
    [GPT2.self, Llama.self, Qwen2.self, GPTNeoX.self], purpose: ("does not complete texts", "does")
) { $0 }

extension LanguageModelFamily {
    static func network(_ config: JSONObject) throws(FileError) -> TokenDecoder {
        TokenDecoder(try configuration(config))
    }

    static func load(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> TokenDecoder {
        var network = try network(config)
        try fill(&network, from: checkpoint, precision)
        // A text's keys and values are read again for each token, as the weights are.
        network.storage = KeyValueStorage(tokens: precision == .float32 ? .float32 : .bfloat16)
        return network
    }
}
