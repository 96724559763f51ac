public import TesseraFiles
public import TesseraTransformer

/// How predictions and objects are written.
public typealias PredictionFormat = TesseraTransformer.PredictionFormat

/// Writes what is in pictures, in the order they come.
///
/// ```swift
/// var writer = PredictionWriter(.csv)
/// for (path, result) in zip(paths, try classifier.classify(files: paths)) {
///     print(try writer.text(for: path, try result.get().predictions), terminator: "")
/// }
/// print(writer.finish(), terminator: "")
/// ```
public struct PredictionWriter: Sendable {
    private var results: ResultList

    /// - Parameters:
    ///   - format: how they are written.
    ///   - names: every picture that may come, to align the text by.
    public init(_ format: PredictionFormat, names: [String] = []) { results = ResultList(format, names: names) }

    /// What is to be written as soon as a picture is classified, with its last line end: nothing of JSON's array, so that a program
    /// which is stopped midway leaves no half of one.
    ///
    /// - Parameters:
    ///   - name: the picture's.
    ///   - predictions: its labels, best first; of a model without a classification head none, and no line of text.
    /// - Throws: `FileError` when JSON is to hold a score that is NaN or infinite.
    public mutating func text(for name: String, _ predictions: [Prediction]) throws(FileError) -> String {
        try results.text(
            for: name, key: "image",
            lines: { predictions.isEmpty ? "" : ($0 + "  " + predictions.listed).onOneLine + "\n" },
            header: ["image"] + [Prediction].columns, rows: { predictions.rows(behind: [name]) },
            members: { predictions.write(to: &$0) })
    }

    /// What is to be written behind the last picture; nothing when there was none.
    public func finish() -> String { results.finish() }
}
