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

/// `98.1 %`
package func percent(_ score: Float) -> String {
    guard abs(score) < 1e9 else { return "\(score)" }
    let tenths = Int((score * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}
