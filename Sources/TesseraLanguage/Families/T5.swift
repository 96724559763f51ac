internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTransformer

/// T5 (Raffel et al., 2020): `transformers.T5ForConditionalGeneration`, as first published and with a gated feed-forward network and a
/// head of its own (v1.1).
enum T5: SequenceToSequenceFamily {
    static let modelType = "t5"
    static let architectures = ["T5ForConditionalGeneration"]

    static func configuration(
        _ config: JSONObject, hasHead: Bool
    ) throws(FileError) -> EncoderDecoderConfiguration {
        EncoderDecoder(try T5Configuration(config), isTied: !hasHead).configuration
    }

    static func names(of network: EncoderDecoder) -> TensorNames {
        TensorNames(
            rules: T5Names.rules(isGated: network.configuration.encoderBlock.gated),
            ignored: T5Names.ignoredNames + unusedNames)
    }

    /// Checkpoints of the first publication carry a bias that no model reads.
    private static let unusedNames = ["decoder.block.0.layer.1.EncDecAttention.relative_attention_bias"]
}
