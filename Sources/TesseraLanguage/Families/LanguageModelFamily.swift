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
        network.storage = KeyValueStorage(ofTextsBesideWeights: precision)
        return network
    }
}

extension KeyValueStorage {
    /// What holds texts beside weights of this precision: each token reads all of it again, as it does the weights, and beams that branch
    /// copy their last page.
    init(ofTextsBesideWeights precision: Precision) {
        let held = precision == .float32 ? Precision.float32 : .bfloat16
        self.init(tokens: held, memory: held)
    }
}
