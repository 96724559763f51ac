public import TesseraTensor
public import TesseraTraining

/// Spectrograms that pass a model together, and what is heard in them.
public struct SpectrogramBatch: TrainingBatch {
    /// `[batch, frames, mel bins]`
    public let spectrograms: Tensor
    /// The class of each.
    public let labels: [Int32]

    /// - Parameters:
    ///   - spectrograms: `[batch, frames, mel bins]`
    ///   - labels: the class of each.
    public init(spectrograms: Tensor, labels: [Int32]) {
        precondition(spectrograms.shape[0] == labels.count, "one label a sound")
        (self.spectrograms, self.labels) = (spectrograms, labels)
    }

    public var count: Int { labels.count }

    public func samples(_ range: Range<Int>) -> SpectrogramBatch {
        SpectrogramBatch(spectrograms: spectrograms.rows(range), labels: Array(labels[range]))
    }
}
