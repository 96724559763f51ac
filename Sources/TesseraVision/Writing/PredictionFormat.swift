/// How predictions are written.
public enum PredictionFormat: String, Sendable, CaseIterable {
    /// A line a picture: `cat.png  cat 98.1 %, dog 1.2 %`.
    case text
    /// One array of all pictures, in their order.
    case json
    /// An object a line.
    case jsonl
    /// A row a label, with a header.
    case csv
}

/// `98.1 %`
package func percent(_ score: Float) -> String {
    guard abs(score) < 1e9 else { return "\(score)" }
    let tenths = Int((score * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}
