/// A text, or a pair of texts, as a model reads it.
public struct EncodedText: Sendable, Equatable {
    /// The tokens.
    public package(set) var ids: [Int32] = []
    /// Of which text of a pair each token is, as the model is told: 0 or 1.
    public package(set) var typeIDs: [Int32] = []
    /// Where each token stands in its text, in Unicode scalars; `0..<0` for tokens that stand nowhere.
    public package(set) var offsets: [Range<Int>] = []
    /// Which text of a pair each token comes from, 0 or 1; nil for those that were put around them.
    public package(set) var sources: [Int?] = []
    /// Which word of its text each token is a part of, counted from 0; nil for those that were put around them.
    public package(set) var words: [Int?] = []
    /// Whether the text was longer, and its end is missing.
    public package(set) var isTruncated = false

    package init() {}

    /// How many tokens there are.
    public var count: Int { ids.count }

    package mutating func append(
        _ id: Int32, at offset: Range<Int>, typeID: Int32 = 0, source: Int? = nil, word: Int? = nil
    ) {
        ids.append(id)
        typeIDs.append(typeID)
        offsets.append(offset)
        sources.append(source)
        words.append(word)
    }

    /// Some of the tokens, as a text of their own.
    package func tokens(_ range: Range<Int>) -> EncodedText {
        var part = EncodedText()
        for index in range {
            part.append(
                ids[index], at: offsets[index], typeID: typeIDs[index], source: sources[index], word: words[index])
        }
        return part
    }

    /// Leaves out all tokens behind the first `count`.
    package mutating func truncate(to count: Int) {
        guard count < ids.count else { return }
        ids.removeLast(ids.count - count)
        typeIDs.removeLast(typeIDs.count - count)
        offsets.removeLast(offsets.count - count)
        sources.removeLast(sources.count - count)
        words.removeLast(words.count - count)
        isTruncated = true
    }
}

/// Which text of a pair gives way where both together are too long, by transformers' names.
public enum TruncationStrategy: String, Sendable, CaseIterable {
    /// The longer one, until they are of one length; then both.
    case longestFirst = "longest_first"
    /// The first.
    case onlyFirst = "only_first"
    /// The second.
    case onlySecond = "only_second"
}
