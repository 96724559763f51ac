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
