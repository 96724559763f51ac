internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// ELECTRA (Clark et al., 2020): `transformers.ElectraModel`, and classifiers of texts and of tokens and heads for masked words on it. It is
/// BERT, save that its words may have fewer numbers than its tokens, and in the names of its heads.
enum ELECTRA: TextEncoderFamily {
    static let modelType = "electra"
    static let classes: [(name: String, head: HeadKind)] = [
        ("ElectraModel", .none), ("ElectraForSequenceClassification", .sequence),
        ("ElectraForTokenClassification", .tokens), ("ElectraForMaskedLM", .words),
        ("ElectraForQuestionAnswering", .spans),
    ]
    static let poolerActivation = Activation.gelu
    static let wordActivation: Activation? = .gelu

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> TextEncoderConfiguration {
        var configuration = try BERT.bareConfiguration(config)
        configuration.embeddingSize = try config.integer("embedding_size", in: 1...65_536, default: 128)
        return configuration
    }

    static func names(of network: TextEncoder) -> TensorNames {
        TensorNames(
            rules: rulesWithDenseClassifier("electra") + [
                ("projection", ["electra.embeddings_project"]),
                ("wordHead.dense", ["generator_predictions.dense"]), ("wordHead.bias", ["generator_lm_head.bias"]),
            ] + normRules("wordHead.norm", "generator_predictions.LayerNorm"),
            ignored: [
                "electra.embeddings.position_ids", "generator_predictions", "generator_lm_head",
                "discriminator_predictions", "classifier", "qa_outputs",
            ])
    }
}
