public import TesseraFiles
internal import TesseraLayers
public import TesseraTensor
internal import TesseraText

/// A stretch of a text that is something: a person's name, a place.
public struct Entity: Sendable, Equatable {
    /// What it is, `PER`; of single tokens the label as config.json has it, `B-PER`.
    public let label: String
    /// The mean of its tokens' probabilities, 0 … 1.
    public let score: Float
    /// Where it stands in the text, in Unicode scalars.
    public let range: Range<Int>
    /// What stands there.
    public let text: String
}

/// Finds names and other entities in texts, with a checkpoint from a folder in the hub's layout.
///
/// ```swift
/// let tagger = try TextTagger(folder: "bert-base-NER")
/// for entity in try tagger.tag(["Anna Kowalska moved to Gdańsk."])[0] {
///     print(entity.label, entity.text)
/// }
/// ```
///
/// A text that is longer than the model reads is read in windows that overlap.
public struct TextTagger: TextEncoderTask {
    private let model: TextModel

    public init(
        _ folder: ModelFolder, precision: Precision, allowNonFinite: Bool, threads: Threads
    ) throws(FileError) {
        model = try TextModel(folder, precision, allowNonFinite: allowNonFinite, threads: threads)
        guard case .tokens = model.encoder.configuration.head else {
            throw FileError(.badData, path: folder.name, cause: "has no head that classifies tokens")
        }
    }

    /// The labels' names, by index.
    public var labels: [String] { model.encoder.configuration.head.labels }

    /// How many tokens of a text the model reads at once.
    public var tokenLimit: Int { model.tokenLimit }

    /// The entities of each text, in the order in which they stand.
    ///
    /// - Parameters:
    ///   - grouping: how tokens become entities.
    ///   - stride: how many tokens a window shares with the one before; a quarter of the model's window where nil.
    ///   - tokenLimit: how many tokens a window has; as the model's folder says where nil, and never more than the model's context.
    /// - Throws: `FileError` where the tokenizer leaves no room for a text; `CancellationError` when the task is cancelled.
    public func tag(
        _ texts: [String], grouping: EntityGrouping = .simple, stride: Int? = nil, tokenLimit: Int? = nil
    ) throws -> [[Entity]] {
        let limit = model.limit(tokenLimit ?? model.tokenLimit)
        let windows = texts.map { model.tokenizer.windows(of: $0, limit: limit, stride: stride ?? limit / 4) }
        guard windows.allSatisfy({ !$0.isEmpty }) else {
            throw FileError(.badData, path: model.name, cause: "\(limit) tokens leave no room for a text")
        }
        let labels = labels
        let scores = try model.outputs(ofWindows: windows) { model.encoder.tokenLogits(of: $0).softmax() }
        return zip(texts, zip(windows, scores)).map { text, read in
            let (windows, scores) = read
            let scalars = Array(text.unicodeScalars)
            let found = zip(windows, scores).map { window, scores in
                let tokens = window.taggedTokens(scores.values, labels.count, model.tokenizer, scalars)
                return grouping.entities(of: tokens, labels).filter { $0.label != "O" }
            }
            let entities = windows.count > 1 ? withoutOverlaps(found.flatMap(\.self)) : found.flatMap(\.self)
            return entities.map {
                Entity(label: $0.label, score: $0.score, range: $0.range, text: scalars.text($0.range))
            }
        }
    }

    public func attention(of text: String, pair: String?, tokenLimit: Int?) throws -> TokenAttention {
        try model.attention(of: text, pair: pair, limit: tokenLimit)
    }
}

extension EncodedText {
    /// The tokens of the text itself with their labels' probabilities.
    ///
    /// - Parameter scores: `[tokens or more, labels]`
    fileprivate func taggedTokens(
        _ scores: [Float], _ labelCount: Int, _ tokenizer: any TextTokenizer, _ text: [Unicode.Scalar]
    ) -> [TaggedToken] {
        /// As transformers tells it where no token is marked: what neither follows a space nor begins with one.
        func followsNoSpace(_ place: Range<Int>) -> Bool {
            place.lowerBound > 0
                && !text[max(0, place.lowerBound - 1)..<min(place.lowerBound + 1, text.count)].contains(" ")
        }
        return ids.indices.filter { sources[$0] != nil }.map { index in
            // As transformers tells it: what begins no word is marked, and so is longer than what it stands for. So is a word that lost
            // an accent, or is shorter.
            let length = tokenizer.token(ids[index])?.unicodeScalars.count ?? 0
            return TaggedToken(
                range: offsets[index], scores: Array(scores[index * labelCount..<(index + 1) * labelCount]),
                continuesWord: ids[index] != tokenizer.unknownToken
                    && (tokenizer.continuation == nil
                        ? followsNoSpace(offsets[index]) : length != offsets[index].count)
            )
        }
    }
}

/// Of entities that overlap the longest, and of equally long ones the likeliest.
private func withoutOverlaps(_ entities: [GroupedEntity]) -> [GroupedEntity] {
    // In the order of their beginnings; of one beginning in the order in which they were found.
    let sorted = entities.enumerated().sorted {
        ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }
    guard var last = sorted.first?.element else { return [] }
    var kept: [GroupedEntity] = []
    for (_, entity) in sorted.dropFirst() {
        if last.range.contains(entity.range.lowerBound) {
            let (length, best) = (entity.range.count, last.range.count)
            if length > best || length == best && entity.score > last.score { last = entity }
        } else {
            kept.append(last)
            last = entity
        }
    }
    return kept + [last]
}
