public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor
internal import TesseraText

/// A word that may stand where a text has a mask.
public struct FilledWord: Sendable, Equatable {
    /// The word, or the piece of one, `##ing`.
    public let token: String
    /// Its id.
    public let id: Int32
    /// Its probability, 0 … 1.
    public let score: Float
}

/// Says what may stand where a text has `[MASK]`, as BERT learned to in its pre-training (Devlin et al., 2019).
///
/// ```swift
/// let filler = try MaskedWordFiller(folder: "bert-base-uncased")
/// let words = try filler.fill(["The capital of France is [MASK]."])[0].masks[0]
/// ```
///
///
public struct MaskedWordFiller: TextEncoderTask {
    private let model: TextModel
    private let maskID: Int32

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        model = try TextModel(folder, precision, allowNonFinite: allowNonFinite, threads: threads)
        guard model.encoder.wordHead != nil else {
            throw FileError(.badData, path: folder.name, cause: "has no head for masked words")
        }
        guard let mask = model.tokenizer.maskToken else {
            throw FileError(.badData, path: folder.name, cause: "its tokenizer has no token for masked words")
        }
        maskID = mask
    }

    /// How the tokenizer spells a mask, `[MASK]`.
    public var mask: String { model.tokenizer.token(maskID) ?? "" }

    /// How many tokens of a text the model reads; the rest of a longer one is left out.
    public var tokenLimit: Int { model.tokenLimit }

    /// The likeliest words for each mask of each text, best first.
    ///
    /// - Parameters:
    ///   - topK: how many words to give for each mask.
    ///   - tokenLimit: how many tokens of a text are read; as the model's folder says where nil, and never more than the model's context.
    /// - Throws: `FileError` where the tokenizer leaves no room for a text; `CancellationError` when the task is cancelled.
    public func fill(_ texts: [String], topK: Int = 5, tokenLimit: Int? = nil) throws -> [FilledText] {
        var encoded: [EncodedText] = []
        for text in texts { encoded.append(try model.encode(text, limit: tokenLimit)) }
        let states = try model.states(of: encoded)
        return try model.threads.run {
            try zip(encoded, states).map { text, states in
                let places = text.ids.indices.filter { text.ids[$0] == maskID }
                guard !places.isEmpty, let head = model.encoder.wordHead else {
                    return FilledText(masks: [], isTruncated: text.isTruncated)
                }
                let probabilities = try Cancellation.endingEarly { head(states.gatheringRows(places)).softmax() }
                return FilledText(
                    masks: places.indices.map { words(probabilities.rows($0..<$0 + 1).values, topK) },
                    isTruncated: text.isTruncated)
            }
        }
    }

    private func words(_ scores: [Float], _ topK: Int) -> [FilledWord] {
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        return order.prefix(topK).map { id in
            let token = model.tokenizer.decode([Int32(id)], skippingSpecialTokens: false)
            return FilledWord(token: token, id: Int32(id), score: scores[id])
        }
    }

    public func attention(of text: String, pair: String?, tokenLimit: Int?) throws -> TokenAttention {
        try model.attention(of: text, pair: pair, limit: tokenLimit)
    }
}

/// What may stand in a text's masks.
public struct FilledText: Sendable, Equatable {
    /// For each mask, in their order, the likeliest words, best first.
    public let masks: [[FilledWord]]
    /// Whether the text has more tokens than the model reads, and its end counted for nothing.
    public let isTruncated: Bool
}
