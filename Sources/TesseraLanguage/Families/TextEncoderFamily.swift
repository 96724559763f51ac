internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTransformer

/// A family of encoders of text.
protocol TextEncoderFamily: PublishedFamily where Network == TextEncoder {
    /// The class in `architectures` that has no head, and the one that classifies texts.
    static var backbone: String { get }
    /// The class in `architectures` whose checkpoints classify texts.
    static var classifier: String { get }
    /// What a classifier's first token passes behind its dense layer.
    static var poolerActivation: Activation { get }

    /// Reads config.json, save for the head.
    ///
    /// - Throws: `FileError` naming the key.
    static func bareConfiguration(_ config: JSONObject) throws(FileError) -> TextEncoderConfiguration
}

/// The families of encoders of text that are run.
let textEncoderFamilies = FamilyRegistry<any TextEncoderFamily.Type>(
    [BERT.self, DistilBERT.self], purpose: ("is not run here", others: "is")
) { $0 }

extension TextEncoderFamily {
    static var prefix: String { modelType + "." }
    static var architectures: [String] { [backbone, classifier] }

    static func network(_ config: JSONObject) throws(FileError) -> TextEncoder {
        var configuration = try bareConfiguration(config)
        if config.architectures.first == classifier {
            let labels = try config.labels()
            configuration.head = .sequence(
                labels: labels, scores: try LabelScores(config, labelCount: labels.count), activation: poolerActivation)
        }
        return TextEncoder(configuration)
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
