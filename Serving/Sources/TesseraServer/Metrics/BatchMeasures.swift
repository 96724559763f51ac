internal import Metrics
internal import TesseraTensor

/// How many pictures, series, texts or steps of decoders passed a model together.
enum BatchMeasures {
    /// Records each batch of this process from now on.
    static func begin() {
        BatchSizes.observe { subject, count in
            Recorder(label: "tessera.batch.size", dimensions: [("of", subject)]).record(count)
        }
    }
}
