internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// DistilBERT (Sanh et al., 2019): `transformers.DistilBertModel`, and classifiers of texts and of tokens and heads for masked
/// words on it. It is not told which text of a pair a token is of.
enum DistilBERT: TextEncoderFamily {
    static let modelType = "distilbert"
    static let classes: [(name: String, head: HeadKind)] = [
        ("DistilBertModel", .none), ("DistilBertForSequenceClassification", .sequence),
        ("DistilBertForTokenClassification", .tokens), ("DistilBertForMaskedLM", .words),
        ("DistilBertForQuestionAnswering", .spans),
    ]
    static let poolerActivation = Activation.relu

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> TextEncoderConfiguration {
        let hidden = try config.integer("dim", in: 1...65_536)
        let heads = try config.integer("n_heads", in: 1...1_024)
        guard hidden % heads == 0 else { throw config.error("n_heads", "\(heads) heads do not divide dim \(hidden)") }
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads, intermediateSize: try config.integer("hidden_dim", in: 1...1_048_576),
            normalizationEpsilon: 1e-12)
        block.order = .post
        block.activation = try config.activation("activation", default: "gelu")
        return TextEncoderConfiguration(
            block: block, layerCount: try config.integer("n_layers", in: 1...1_024),
            vocabularySize: try config.integer("vocab_size", in: 1...10_000_000),
            contextLength: try config.integer("max_position_embeddings", in: 1...1_000_000), typeCount: 0)
    }

    static func names(of network: TextEncoder) -> TensorNames {
        let layer = "distilbert.transformer.layer.#."
        return TensorNames(
            rules: [
                ("words", ["distilbert.embeddings.word_embeddings"]),
                ("positions", ["distilbert.embeddings.position_embeddings"]), ("pooler", ["pre_classifier"]),
                ("classifier", ["classifier", "qa_outputs"]),
                ("wordHead.dense", ["vocab_transform"]), ("wordHead.bias", ["vocab_projector.bias"]),
                ("encoder.blocks.#.attention.query", [.init(layer + "attention.q_lin")]),
                ("encoder.blocks.#.attention.key", [.init(layer + "attention.k_lin")]),
                ("encoder.blocks.#.attention.value", [.init(layer + "attention.v_lin")]),
                ("encoder.blocks.#.attention.output", [.init(layer + "attention.out_lin")]),
                ("encoder.blocks.#.feedForward.input", [.init(layer + "ffn.lin1")]),
                ("encoder.blocks.#.feedForward.output", [.init(layer + "ffn.lin2")]),
            ] + normRules("wordHead.norm", "vocab_layer_norm") + normRules("norm", "distilbert.embeddings.LayerNorm")
                + normRules("encoder.blocks.#.attentionNorm", layer + "sa_layer_norm")
                + normRules("encoder.blocks.#.feedForwardNorm", layer + "output_layer_norm"),
            ignored: [
                "vocab_transform", "vocab_layer_norm", "vocab_projector", "pre_classifier", "classifier", "qa_outputs",
            ])
    }
}
