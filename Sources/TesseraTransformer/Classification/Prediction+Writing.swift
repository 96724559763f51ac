package import TesseraFiles

extension [Prediction] {
    /// Writes the member `predictions`, into an object.
    package func write(to json: inout JSONWriter) {
        json.array("predictions") { json in
            for prediction in self {
                json.object { json in
                    json.write(prediction.label, for: "label")
                    json.write(prediction.index, for: "index")
                    json.write(prediction.score, for: "score")
                    json.write(prediction.logit, for: "logit")
                }
            }
        }
    }
}

extension [Prediction] {
    /// `cat 98.1 %, dog 1.2 %`
    package var listed: String { map { "\($0.label) \(percent($0.score))" }.joined(separator: ", ") }

    /// The columns of a table's rows, behind what says whose labels they are.
    package static let columns = ["rank", "label", "index", "score", "logit"]

    /// A row of a table for each label.
    ///
    /// - Parameter beginning: says whose labels they are.
    package func rows(behind beginning: [String]) -> String {
        enumerated().map { rank, label in
            commaSeparatedLine(
                beginning + [
                    String(rank + 1), label.label, String(label.index), label.score.description,
                    label.logit.description,
                ])
        }.joined()
    }
}

/// `98.1 %`
package func percent(_ score: Float) -> String {
    guard abs(score) < 1e9 else { return "\(score)" }
    let tenths = Int((score * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}
