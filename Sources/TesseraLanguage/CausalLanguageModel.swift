package import TesseraFiles
package import TesseraTensor
package import TesseraTransformer

/// A decoder that completes texts, from a folder in the hub's layout: the network without its tokenizer.
package struct CausalLanguageModel: Sendable {
    /// What reads tokens and says how likely each is to follow.
    package let decoder: TokenDecoder

    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    /// - Throws: `FileError` naming the file and the key or tensor.
    package init(
        _ folder: ModelFolder, _ precision: Precision = .float32, allowNonFinite: Bool = false
    ) throws(FileError) {
        let config = try folder.read("config.json")
        let family = try languageModelFamilies.family(of: config)
        decoder = try family.load(config, try Checkpoint(folder, allowNonFinite: allowNonFinite), precision)
    }

    /// The `model_type`s of config.json that are run.
    package static var supportedModelTypes: [String] { languageModelFamilies.modelTypes }

    /// The logits of what follows each token of a text, `[tokens, vocabulary]`.
    package func logits(of ids: [Int32]) -> Tensor {
        var cache = decoder.makeCache(memory: nil)
        return decoder.logits(decoder.states(of: [ids], cache: &cache))
    }
}
