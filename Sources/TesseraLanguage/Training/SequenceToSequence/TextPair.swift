public import TesseraFiles
public import TesseraTraining

/// A text, and what a model is to make of it.
public struct TextPair: Sendable, Equatable {
    /// What is read.
    public let source: String
    /// What is written.
    public let target: String
    /// The language that is written, where the model is told.
    public let language: String?
    /// Where it comes from, `line 3 of letters.tsv`.
    public let place: String

    /// - Parameters:
    ///   - source: what is read.
    ///   - target: what is written.
    ///   - language: the language that is written, where the model is told.
    ///   - place: where it comes from.
    public init(_ source: String, _ target: String, language: String? = nil, place: String = "") {
        (self.source, self.target, self.language, self.place) = (source, target, language, place)
    }
}

extension TextTable {
    private static let sourceNames = ["source", "text", "input", "document"]
    private static let targetNames = ["target", "translation", "summary", "output"]

    /// The pairs of a table that names `source` and `target`, and where the model is told which language to write, `to`.
    ///
    /// - Throws: `FileError` naming the line that lacks one.
    public func pairs() throws(FileError) -> [TextPair] {
        var pairs: [TextPair] = []
        for row in rows {
            guard let source = row.text(Self.sourceNames), let target = row.text(Self.targetNames) else {
                throw FileError(
                    .badData, path: path, cause: "lacks a source or a target: columns of these names are needed",
                    place: row.place)
            }
            pairs.append(TextPair(source, target, language: row.text(["to"]), place: row.place))
        }
        return pairs
    }
}
