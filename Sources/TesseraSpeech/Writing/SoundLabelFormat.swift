/// How the labels of recordings are written.
public enum SoundLabelFormat: String, Sendable, CaseIterable {
    /// A line a recording, `street.flac  Traffic 91.0 %, Siren 4.2 %`, and one below it for each of its windows.
    case text
    /// One array of all recordings, in their order.
    case json
    /// An object a line.
    case jsonl
    /// A row a label, with a header; with windows also their seconds, and rows of theirs alone.
    case csv
}
