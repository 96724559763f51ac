internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// RoBERTa (Liu et al., 2019): `transformers.RobertaModel`, and classifiers of texts and of tokens and heads for masked words on it. It is
/// BERT, save that positions are counted from behind the padding token's id, that texts of a pair are not told apart, and in the names
/// of its heads.
enum RoBERTa: RobustlyTrainedFamily {
    static let modelType = "roberta"
    static let className = "Roberta"
}

/// XLM-RoBERTa (Conneau et al., 2020): the same in a hundred languages, with SentencePiece's pieces.
enum XLMRoBERTa: RobustlyTrainedFamily {
    static let modelType = "xlm-roberta"
    static let className = "XLMRoberta"
}

/// What RoBERTa's kin have in common.
protocol RobustlyTrainedFamily: TextEncoderFamily {
    /// How the names of its classes begin.
    static var className: String { get }
}

extension RobustlyTrainedFamily {
    static var prefix: String { "roberta." }
    static var poolerActivation: Activation { .tanh }
    static var wordActivation: Activation? { .gelu }

    static var classes: [(name: String, head: HeadKind)] {
        let kinds: [(name: String, head: HeadKind)] = [
            ("Model", .none), ("ForSequenceClassification", .sequence), ("ForTokenClassification", .tokens),
            ("ForMaskedLM", .words), ("ForQuestionAnswering", .spans),
        ]
        return kinds.map { (className + $0.name, $0.head) }
    }

    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> TextEncoderConfiguration {
        var configuration = try BERT.bareConfiguration(config)
        let positions = configuration.contextLength
        let padding = try config.integer("pad_token_id", in: 0...1_000_000, default: 1)
        guard padding + 1 < positions else {
            throw config.error("pad_token_id", "positions begin behind it, and there are only \(positions)")
        }
        configuration.contextLength = positions - padding - 1
        configuration.paddingID = Int32(padding)
        return configuration
    }

    static func names(of network: TextEncoder) -> TensorNames {
        TensorNames(
            rules: rulesWithDenseClassifier("roberta") + [
                ("wordHead.dense", ["lm_head.dense"]), ("wordHead.bias", ["lm_head.bias", "lm_head.decoder.bias"]),
            ] + normRules("wordHead.norm", "lm_head.layer_norm"),
            ignored: ["roberta.embeddings.position_ids", "roberta.pooler", "lm_head", "classifier", "qa_outputs"])
    }
}
