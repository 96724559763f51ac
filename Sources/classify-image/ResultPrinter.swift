import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraVision

/// How results are printed.
enum ResultFormat: String, CaseIterable, ExpressibleByArgument {
    /// A line a picture: `cat.png  cat 98.1 %, dog 1.2 %`.
    case text
    /// One array of all pictures, in their order.
    case json
    /// An object a line.
    case jsonl
    /// A row a label, with a header.
    case csv
}

/// Prints results in the order they come: JSON's array once all are there, so that a program which is stopped midway
/// leaves no half of one; everything else batch by batch.
struct ResultPrinter {
    private let format: ResultFormat
    private let nameWidth: Int
    private var pending = ""
    private var count = 0

    /// - Parameter names: every picture that may come, to align the text by.
    init(_ format: ResultFormat, names: [String]) {
        self.format = format
        nameWidth = format == .text ? min(48, names.map(\.count).max() ?? 0) : 0
    }

    mutating func add(_ name: String, _ predictions: [Prediction]) throws {
        switch format {
        case .text: pending += textLine(name, predictions)
        case .json: pending += (count == 0 ? "[\n  " : ",\n  ") + (try jsonObject(name, predictions))
        case .jsonl: pending += try jsonObject(name, predictions) + "\n"
        case .csv:
            if count == 0 { pending += commaSeparatedLine(["image", "rank", "label", "index", "score", "logit"]) }
            for (rank, label) in predictions.enumerated() {
                pending += commaSeparatedLine([
                    name, String(rank + 1), label.label, String(label.index), label.score.description,
                    label.logit.description,
                ])
            }
        }
        count += 1
    }

    /// Prints what stands complete.
    mutating func flush() throws {
        guard format != .json, !pending.isEmpty else { return }
        try StandardOutput.write(pending)
        pending = ""
    }

    /// Prints the rest. Nothing is printed when no picture could be classified.
    mutating func finish() throws {
        if format == .json, count > 0 { try StandardOutput.write(pending + "\n]\n") }
    }

    /// Nothing where there are no labels.
    private func textLine(_ name: String, _ predictions: [Prediction]) -> String {
        guard !predictions.isEmpty else { return "" }
        let labels = predictions.map { "\($0.label) \(percent($0.score))" }.joined(separator: ", ")
        return StandardError.oneLine(padded(name, to: nameWidth) + "  " + labels) + "\n"
    }

    private func jsonObject(_ name: String, _ predictions: [Prediction]) throws(FileError) -> String {
        var json = JSONWriter()
        json.object { json in
            json.write(name, for: "image")
            json.array("predictions") { json in
                for prediction in predictions {
                    json.object { json in
                        json.write(prediction.label, for: "label")
                        json.write(prediction.index, for: "index")
                        json.write(prediction.score, for: "score")
                        json.write(prediction.logit, for: "logit")
                    }
                }
            }
        }
        return String(decoding: try json.finish(path: name), as: UTF8.self)
    }
}

/// `98.1 %`
func percent(_ score: Float) -> String {
    guard score.isFinite else { return "\(score)" }
    let tenths = Int((score * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}
