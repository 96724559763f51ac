internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// BERT (Devlin et al., 2019): `transformers.BertModel`, and classifiers of texts and of tokens and heads for masked words on it. MiniLM is
/// one, and most of what sentence-transformers publishes.
enum BERT: TextEncoderFamily {
    static let modelType = "bert"
    static let classes: [(name: String, head: HeadKind)] = [
        ("BertModel", .none), ("BertForSequenceClassification", .sequence), ("BertForTokenClassification", .tokens),
        ("BertForMaskedLM", .words), ("BertForPreTraining", .words), ("BertForNextSentencePrediction", .nextSentence),
        ("BertForQuestionAnswering", .spans),
    ]
    static let poolerActivation = Activation.tanh

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> TextEncoderConfiguration {
        let hidden = try config.integer("hidden_size", in: 1...65_536)
        let heads = try config.integer("num_attention_heads", in: 1...1_024)
        guard hidden % heads == 0 else {
            throw config.error("num_attention_heads", "\(heads) heads do not divide hidden_size \(hidden)")
        }
        guard try !config.boolean("is_decoder", default: false) else {
            throw config.error("is_decoder", "an encoder that decodes is not run here")
        }
        let positions = try config.string("position_embedding_type", default: "absolute")
        guard positions == "absolute" else {
            throw config.error(
                "position_embedding_type", "\(positions.quoted) is not supported: only absolute positions are")
        }
        var block = BlockConfiguration(
            hiddenSize: hidden, headCount: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...1_048_576),
            normalizationEpsilon: Float(try config.number("layer_norm_eps", in: 0...1, default: 1e-12)))
        block.order = .post
        block.activation = try config.activation("hidden_act", default: "gelu")
        return TextEncoderConfiguration(
            block: block, layerCount: try config.integer("num_hidden_layers", in: 1...1_024),
            vocabularySize: try config.integer("vocab_size", in: 1...10_000_000),
            contextLength: try config.integer("max_position_embeddings", in: 1...1_000_000),
            typeCount: try config.integer("type_vocab_size", in: 1...64, default: 2))
    }

    static func names(of network: TextEncoder) -> TensorNames {
        TensorNames(
            rules: encoderRules("bert") + [
                ("classifier", ["classifier", "cls.seq_relationship", "qa_outputs"]),
                ("wordHead.dense", ["cls.predictions.transform.dense"]), ("wordHead.bias", ["cls.predictions.bias"]),
            ] + normRules("wordHead.norm", "cls.predictions.transform.LayerNorm"),
            // Heads that are not asked for, and a pooler that nothing reads.
            ignored: ["bert.embeddings.position_ids", "bert.pooler", "cls", "classifier", "qa_outputs"])
    }
}

extension TextEncoderFamily {
    /// What BERT calls its parameters, save those of heads.
    ///
    /// - Parameter model: what stands before all of them.
    static func encoderRules(_ model: String) -> [(ours: String, sources: [TensorNames.Source])] {
        let (embeddings, layer) = (model + ".embeddings.", model + ".encoder.layer.#.")
        return [
            ("words", [.init(embeddings + "word_embeddings")]),
            ("positions", [.init(embeddings + "position_embeddings")]),
            ("types", [.init(embeddings + "token_type_embeddings")]), ("pooler", [.init(model + ".pooler.dense")]),
            ("encoder.blocks.#.attention.query", [.init(layer + "attention.self.query")]),
            ("encoder.blocks.#.attention.key", [.init(layer + "attention.self.key")]),
            ("encoder.blocks.#.attention.value", [.init(layer + "attention.self.value")]),
            ("encoder.blocks.#.attention.output", [.init(layer + "attention.output.dense")]),
            ("encoder.blocks.#.feedForward.input", [.init(layer + "intermediate.dense")]),
            ("encoder.blocks.#.feedForward.output", [.init(layer + "output.dense")]),
        ] + normRules("norm", embeddings + "LayerNorm")
            + normRules("encoder.blocks.#.attentionNorm", layer + "attention.output.LayerNorm")
            + normRules("encoder.blocks.#.feedForwardNorm", layer + "output.LayerNorm")
    }
    /// The same for families whose classifier of texts has a dense layer of its own, where BERT's has the pooler.
    static func rulesWithDenseClassifier(_ model: String) -> [(ours: String, sources: [TensorNames.Source])] {
        encoderRules(model).filter { $0.ours != "pooler" } + [
            ("pooler", ["classifier.dense"]), ("classifier", ["classifier.out_proj", "classifier", "qa_outputs"]),
        ]
    }
}
