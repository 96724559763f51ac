public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor
public import TesseraTransformer

/// Describes texts in the space that they share with pictures: the text tower of a checkpoint of two, CLIP or SigLIP.
///
/// ```swift
/// let folder = try ModelFolder("clip-vit-base-patch32")
/// let (pictures, texts) = (try ImageClassifier(folder), try TextTower(folder))
/// let classifier = try pictures.labelled(["a cat", "a truck"], by: texts)
/// ```
public struct TextTower: Sendable {
    /// The Transformer behind it.
    public let network: TextTowerNetwork
    /// How the product of a text and a picture becomes a score.
    public let scores: LabelScores
    /// With how many threads it computes.
    public let threads: Threads
    private let tokenizer: TowerTokenizer

    /// How many texts pass the tower together.
    private static let textsAtOnce = 32

    /// Loads config.json, the tokenizer and the weights.
    ///
    /// - Parameters:
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    ///   - threads: with how many threads it computes.
    /// - Throws: `FileError` naming the file and the key or tensor; of a checkpoint without a text tower, too.
    public init(
        _ folder: ModelFolder, precision: Precision = .float32, allowNonFinite: Bool = false,
        threads: Threads = .current
    ) throws(FileError) {
        self.threads = threads
        let config = try folder.read("config.json")
        let family = try textTowerFamilies.family(of: config)
        scores = family.scores
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        network = try threads.run { () throws(FileError) in try family.load(config, checkpoint, precision) }
        tokenizer = try TowerTokenizer(folder, config, network.configuration)
    }

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { textTowerFamilies.modelTypes }

    /// What each text is in the space that it shares with pictures, of length 1: what is too long for the tower loses its end.
    ///
    /// - Returns: `[texts, features]`
    /// - Throws: `CancellationError` when the task is cancelled; `FileError` when a text has no tokens.
    public func features(_ texts: [String]) throws -> Tensor {
        var values: [Float] = []
        for start in stride(from: 0, to: texts.count, by: TextTower.textsAtOnce) {
            let tokens = try texts[start..<min(start + TextTower.textsAtOnce, texts.count)].map(tokens)
            values += try threads.run {
                try Cancellation.endingEarly { network.features(of: network.padded(tokens)) }
            }.values
        }
        return Tensor(shape: [texts.count, network.configuration.projectionSize], values)
    }

    /// The same of labels, each put into a template.
    ///
    /// - Parameter template: with `{}` where the label belongs.
    /// - Returns: `[labels, features]`
    /// - Throws: as for texts.
    public func features(of labels: [String], template: String) throws -> Tensor {
        try features(labels.map { template.replacing("{}", with: $0) })
    }

    /// The tokens of a text, with those around it.
    package func tokens(_ text: String) throws(FileError) -> [Int32] { try tokenizer.encode(text).tokens }
}
