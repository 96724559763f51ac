public import TesseraTransformer

/// What is heard in a recording.
public struct ClassifiedSound: Sendable {
    /// A stretch of the recording that was classified by itself.
    public struct Window: Sendable {
        /// Seconds from the beginning of the recording.
        public let start, end: Double
        /// Its labels, best first.
        public let predictions: [Prediction]
    }

    /// The labels of the recording, best first.
    public let predictions: [Prediction]
    /// Its stretches, one after the other; nil where they were not asked for.
    public let windows: [Window]?
    /// Seconds.
    public let duration: Double
    /// What was odd about the file without hindering its use; mostly empty.
    public let warnings: [String]
}
