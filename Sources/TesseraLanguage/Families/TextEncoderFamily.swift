internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A family of encoders of text.
protocol TextEncoderFamily: PublishedFamily where Network == TextEncoder {
    /// The classes in `architectures` whose checkpoints are run, and what they have beyond the encoder; first the one that has nothing.
    static var classes: [(name: String, head: HeadKind)] { get }
    /// What a classifier's first token passes behind its dense layer.
    static var poolerActivation: Activation { get }
    /// What a head for masked words has between its layers; the encoder's own where nil.
    static var wordActivation: Activation? { get }

    /// Reads config.json, save for the head.
    ///
    /// - Throws: `FileError` naming the key.
    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> TextEncoderConfiguration
}

/// What a class of checkpoints has beyond the encoder.
enum HeadKind {
    case none, sequence, nextSentence, tokens, spans, words
}

/// The families of encoders of text that are run.
let textEncoderFamilies = FamilyRegistry<any TextEncoderFamily.Type>(
    [BERT.self, DistilBERT.self, RoBERTa.self, XLMRoBERTa.self, ELECTRA.self],
    purpose: ("is not run here", others: "is")
) { $0 }

extension TextEncoderFamily {
    static var prefix: String { modelType + "." }
    static var wordActivation: Activation? { nil }
    static var architectures: [String] { classes.map(\.name) }

    static func network(_ config: JSONObject) throws(FileError) -> TextEncoder {
        var configuration = try bareConfiguration(config)
        let named = config.architectures
        configuration.head =
            switch classes.first(where: { named.contains($0.name) })?.head ?? .none {
            case .none: .none
            case .sequence:
                try sequenceHead(config)
            // Which logit means what, no config.json says.
            case .nextSentence:
                .sequence(labels: ["is_next", "not_next"], scores: .softmax, activation: poolerActivation)
            case .spans: .spans
            case .tokens: .tokens(labels: try config.labels())
            case .words: .words(activation: wordActivation ?? configuration.block.activation)
            }
        if case .words = configuration.head, try !config.boolean("tie_word_embeddings", default: true) {
            throw config.error(
                "tie_word_embeddings", "a head of its own is not supported: its matrix is the table of words")
        }
        return TextEncoder(configuration)
    }

    private static func sequenceHead(_ config: JSONObject) throws(FileError) -> TextEncoderConfiguration.Head {
        let labels = try config.labels()
        let scores = try LabelScores(config, labelCount: labels.count)
        return .sequence(labels: labels, scores: scores, activation: poolerActivation)
    }

    /// Loads the encoder alone, whatever head its checkpoint has.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    static func loadEncoder(
        _ config: JSONObject, _ checkpoint: Checkpoint, _ precision: Precision
    ) throws(FileError) -> TextEncoder {
        var network = TextEncoder(try bareConfiguration(config))
        try fill(&network, from: checkpoint, precision)
        return network
    }

    /// The head is a hundredth of the work: in int8 it keeps 16 bits, and the logits their accuracy.
    static func packing(of role: ParameterRole, _ precision: Precision) -> Packing {
        role.packing(precision, sparing: [.head])
    }

    /// The rule of a normalisation, which old checkpoints have in TensorFlow's words.
    static func normRules(_ ours: String, _ hub: String) -> [(ours: String, sources: [TensorNames.Source])] {
        [
            (ours + ".weight", [.init(hub + ".weight"), .init(hub + ".gamma")]),
            (ours + ".bias", [.init(hub + ".bias"), .init(hub + ".beta")]),
        ]
    }
}
