import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraLayers
import TesseraTraining
import TesseraTransformer

/// The training of an encoder-decoder of texts: which pairs it learns from and which it validates with.
struct TextPairsTask: TextTrainingTask {
    private let training: [TextPair]
    private let validation: [TextPair]
    private let options: TextTrainingOptions
    let folder: SequenceToSequenceFolder
    let start: StartOptions
    let adaptation: LowRankAdaptation?

    var samples: String { "pairs" }
    var listedCount: Int { training.count }
    var usualBatchSize: Int { 128 }
    var finetuningShare: Double { 0.1 }

    init(
        _ options: TextTrainingOptions, _ start: StartOptions, _ adaptation: LowRankAdaptation?, seed: UInt64
    ) throws(FileError) {
        self.adaptation = adaptation
        (self.options, self.start) = (options, start)
        folder = try start.sequenceToSequenceFolder()
        let pairs = try TextTable(options.data).pairs()
        if let path = options.validationData {
            (training, validation) = (pairs, try TextTable(path).pairs())
        } else {
            (training, validation) = setAside(options.fraction, of: pairs, seed: seed) { $0.source + "\t" + $0.target }
        }
    }

    private var labelSmoothing: Double { options.labelSmoothing ?? 0.1 }

    var objective: SequenceToSequenceTraining {
        SequenceToSequenceTraining(
            labelSmoothing: Float(labelSmoothing),
            regularization: .init(dropout: Float(options.dropout), stochasticDepth: 0))
    }

    var facts: [(name: String, value: String)] {
        [
            ("label smoothing", "\(labelSmoothing)"),
            ("dropout", "\(options.dropout)"),
            ("list of training pairs", checksum(training.map(TextPairsTask.line))),
            ("list of validation pairs", checksum(validation.map(TextPairsTask.line))),
        ] + commonFacts
    }

    /// Short texts: many of them make products as large as a few pictures do.
    func adapt(_ settings: inout TrainingSettings) {
        settings.microBatchSize = 32
        adaptation?.adapt(&settings, folder)
    }

    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: TextPairs, validation: TextPairs?) {
        let learned = TextPairs(training, folder: folder)
        let kept = validation.isEmpty ? nil : TextPairs(validation, folder: folder)
        let truncatedCount = learned.truncatedCount + (kept?.truncatedCount ?? 0)
        if truncatedCount > 0 {
            warn("\(options.data): \(truncatedCount) pairs are too long for the model and lose their ends")
        }
        return (learned, kept)
    }

    private static func line(_ pair: TextPair) -> String {
        [pair.source, pair.target, pair.language ?? ""].joined(separator: "\t")
    }
}
