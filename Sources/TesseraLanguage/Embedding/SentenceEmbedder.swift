public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor
internal import TesseraText
internal import TesseraTransformer

/// Makes a vector of a text, near to those of texts that mean the same (Reimers & Gurevych, 2019): to search by, to group by.
///
/// ```swift
/// let embedder = try SentenceEmbedder(folder: "all-MiniLM-L6-v2")
/// let vectors = try embedder.embed(["A train crosses the bridge.", "Ein Zug fährt über die Brücke."]).embeddings
/// ```
///
/// The folder is one of sentence-transformers, whose modules say how tokens become a sentence, or an encoder's alone: then it is the mean
/// of its tokens, of length 1.
public struct SentenceEmbedder: TextEncoderTask {
    private let model: TextModel
    private let pooling: SentencePooling
    private let lowercases: Bool

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        let name = "sentence_bert_config.json"
        let settings = try folder.contains(name) ? folder.read(name) : nil
        pooling = try SentencePooling(folder)
        lowercases = try settings?.boolean("do_lower_case", default: false) ?? false
        let limit: Int? =
            if let settings, settings.contains("max_seq_length") {
                try settings.integer("max_seq_length", in: 3...1_000_000)
            } else {
                nil
            }
        model = try TextModel(
            folder, precision, allowNonFinite: allowNonFinite, threads: threads, isEncoderAlone: true,
            tokenLimit: limit)
    }

    /// How many numbers a vector has.
    public var size: Int { model.encoder.configuration.block.hiddenSize }

    /// How many tokens of a text the model reads; the rest of a longer one is left out.
    public var tokenLimit: Int { model.tokenLimit }

    /// A vector of each text; some texts at a time pass the model together.
    ///
    /// - Parameter tokenLimit: how many tokens of a text are read; as the model's folder says where nil, and never more than the model's
    ///   context.
    /// - Returns: `[texts, size]`; of each text how many tokens the model read, those around it included, and whether it has more.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func embed(
        _ texts: [String], tokenLimit: Int? = nil
    ) throws -> (embeddings: Tensor, tokenCounts: [Int], truncated: [Bool]) {
        var encoded: [EncodedText] = []
        for text in texts { encoded.append(try model.encode(prepared(text), limit: tokenLimit)) }
        let rows = try model.outputs(of: encoded) { texts in
            pooling(model.encoder.states(of: texts), counts: texts.map(\.count))
        }
        let embeddings = Tensor(shape: [texts.count, size], rows.flatMap(\.values))
        return (embeddings, encoded.map(\.count), encoded.map(\.isTruncated))
    }

    /// sentence-transformers takes spaces away from both ends.
    private func prepared(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let inner = scalars.drop(while: \.properties.isWhitespace)
        let end = inner.lastIndex { !$0.properties.isWhitespace }.map(inner.index(after:)) ?? inner.startIndex
        let stripped = String(inner[..<end])
        return lowercases ? stripped.lowercased() : stripped
    }

    public func attention(of text: String, pair: String?, tokenLimit: Int?) throws -> TokenAttention {
        try model.attention(of: prepared(text), pair: pair, limit: tokenLimit)
    }
}
