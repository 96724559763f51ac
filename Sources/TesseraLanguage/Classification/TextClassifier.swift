public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor
internal import TesseraText
public import TesseraTransformer

/// One label that a text may have.
public typealias Prediction = TesseraTransformer.Prediction

/// Says what kind a text is of, with a checkpoint from a folder in the hub's layout: its sentiment, its topic, whether it follows from
/// another.
///
/// ```swift
/// let classifier = try TextClassifier(folder: "sentiment")
/// for prediction in try classifier.classify(["A quiet, beautiful film"])[0] {
///     print(prediction.label, prediction.score)
/// }
/// ```
///
/// BERT, DistilBERT, RoBERTa and ELECTRA are supported.
public struct TextClassifier: TextEncoderTask {
    private let model: TextModel

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        model = try TextModel(folder, precision, allowNonFinite: allowNonFinite, threads: threads)
        guard case .sequence = model.encoder.configuration.head else {
            throw FileError(.badData, path: folder.name, cause: "has no head that classifies texts")
        }
    }

    /// The labels' names, by index.
    public var labels: [String] { model.encoder.configuration.head.labels }

    /// How many tokens of a text the model reads; the rest of a longer one is left out.
    public var tokenLimit: Int { model.tokenLimit }

    /// The likeliest labels of each text, best first; some texts at a time pass the model together.
    ///
    /// - Parameters:
    ///   - texts: what to classify.
    ///   - pairs: the second text of each, where the model judges pairs; as many as texts.
    ///   - topK: how many labels of each to give.
    ///   - tokenLimit: how many tokens of a text are read; as the model's folder says where nil, and never more than the model's context.
    /// - Throws: `FileError` where the tokenizer does not join pairs; `CancellationError` when the task is cancelled.
    public func classify(_ texts: [String], pairs: [String?]? = nil, topK: Int = 5, tokenLimit: Int? = nil) throws
        -> [ClassifiedText]
    {
        guard case .sequence(let labels, let scores, _) = model.encoder.configuration.head else { return [] }
        var encoded: [EncodedText] = []
        for (index, text) in texts.enumerated() {
            encoded.append(try model.encode(text, pair: pairs?[index], limit: tokenLimit))
        }
        let logits = try model.outputs(of: encoded, model.encoder.logits)
        return zip(encoded, logits).map { text, logits in
            ClassifiedText(
                predictions: logits.predictions(labels, scores, topK: topK)[0], isTruncated: text.isTruncated)
        }
    }

    public func attention(of text: String, pair: String?, tokenLimit: Int?) throws -> TokenAttention {
        try model.attention(of: text, pair: pair, limit: tokenLimit)
    }
}

/// What a classifier makes of a text.
public struct ClassifiedText: Sendable, Equatable {
    /// The likeliest labels, best first.
    public let predictions: [Prediction]
    /// Whether the text has more tokens than the model reads, and its end counted for nothing.
    public let isTruncated: Bool
}
