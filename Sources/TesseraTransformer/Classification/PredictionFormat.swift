/// How what is found in inputs, pictures or recordings, is written.
public enum PredictionFormat: String, Sendable, CaseIterable {
    /// A line an input, `cat.png  cat 98.1 %, dog 1.2 %`, or some lines where more is found.
    case text
    /// One array of all inputs, in their order.
    case json
    /// An object a line.
    case jsonl
    /// A row a label, with a header.
    case csv
}
