public import TesseraFiles
public import TesseraTransformer

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
    private let format: PredictionFormat
    private let nameWidth: Int
    /// JSON's, which stand in one array.
    private var objects: [String] = []
    private var isEmpty = true

    /// - Parameters:
    ///   - format: how they are written.
    ///   - names: every picture that may come, to align the text by.
    public init(_ format: PredictionFormat, names: [String] = []) {
        self.format = format
        nameWidth = format == .text ? min(48, names.map(\.count).max() ?? 0) : 0
    }

    /// What is to be written as soon as a picture is classified, with its last line end: nothing of JSON's array, so that a program
    /// which is stopped midway leaves no half of one.
    ///
    /// - Parameters:
    ///   - name: the picture's.
    ///   - predictions: its labels, best first.
    /// - Throws: `FileError` when JSON is to hold a score that is NaN or infinite.
    public mutating func text(for name: String, _ predictions: [Prediction]) throws(FileError) -> String {
        defer { isEmpty = false }
        switch format {
        case .text: return line(name, predictions)
        case .jsonl: return try jsonObject(name, predictions) + "\n"
        case .csv: return (isEmpty ? PredictionWriter.header : "") + rows(name, predictions)
        case .json:
            objects.append(try jsonObject(name, predictions))
            return ""
        }
    }

    /// What is to be written behind the last picture; nothing when there was none.
    public func finish() -> String { objects.isEmpty ? "" : jsonArray(objects) }

    /// Nothing where there are no labels, as of a model without a classification head.
    private func line(_ name: String, _ predictions: [Prediction]) -> String {
        guard !predictions.isEmpty else { return "" }
        let labels = predictions.map { "\($0.label) \(percent($0.score))" }.joined(separator: ", ")
        return (name.padded(to: nameWidth) + "  " + labels).onOneLine + "\n"
    }

    private static let header = commaSeparatedLine(["image", "rank", "label", "index", "score", "logit"])

    private func rows(_ name: String, _ predictions: [Prediction]) -> String {
        predictions.enumerated().map { rank, label in
            commaSeparatedLine([
                name, String(rank + 1), label.label, String(label.index), label.score.description,
                label.logit.description,
            ])
        }.joined()
    }

    private func jsonObject(_ name: String, _ predictions: [Prediction]) throws(FileError) -> String {
        var json = JSONWriter()
        json.object { json in
            json.write(name, for: "image")
            predictions.write(to: &json)
        }
        return String(decoding: try json.finish(path: name), as: UTF8.self)
    }
}
