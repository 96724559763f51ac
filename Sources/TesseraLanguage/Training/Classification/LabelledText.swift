public import TesseraFiles
public import TesseraTraining

/// A text, or a pair, and what it is.
public struct LabelledText: Sendable, Equatable {
    /// The text.
    public let text: String
    /// The second text of a pair.
    public let pair: String?
    /// nil where only a teacher says what the text is.
    public let label: String?

    /// - Parameters:
    ///   - text: the text.
    ///   - pair: the second text of a pair.
    ///   - label: what it is; nil where only a teacher says so.
    public init(_ text: String, pair: String? = nil, label: String?) {
        (self.text, self.pair, self.label) = (text, pair, label)
    }
}

extension TextTable {
    /// The texts of a table that names `text` (or `sentence`) and `label`, and for pairs `pair`.
    ///
    /// - Parameter needsLabels: whether a text without a label is an error.
    /// - Throws: `FileError` naming the line that lacks one.
    public func labelledTexts(needsLabels: Bool = true) throws(FileError) -> [LabelledText] {
        var texts: [LabelledText] = []
        for row in rows {
            guard let text = row.text(["text", "sentence"]) else {
                throw FileError(
                    .badData, path: path, cause: "lacks a text: a column of this name is needed", place: row.place)
            }
            let label = row.text(["label"]).flatMap { $0.isEmpty ? nil : $0 }
            guard label != nil || !needsLabels else {
                throw FileError(
                    .badData, path: path, cause: "lacks a label: a column of this name is needed", place: row.place)
            }
            texts.append(LabelledText(text, pair: row.text(["pair"]), label: label))
        }
        return texts
    }
}
