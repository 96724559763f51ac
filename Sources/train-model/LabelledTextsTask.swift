import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraLayers
import TesseraModels
import TesseraTraining

/// The training of a classifier of texts: which texts it learns from and which it validates with.
struct LabelledTextsTask: TextTrainingTask {
    private let training: [LabelledText]
    private let validation: [LabelledText]
    private let options: TextTrainingOptions
    let folder: TextClassifierFolder
    let start: StartOptions
    let adaptation: LowRankAdaptation?

    var samples: String { "texts" }
    var listedCount: Int { training.count }
    var usualBatchSize: Int { 32 }
    /// As BERT's authors do: 5e-5.
    var finetuningShare: Double { 0.05 }

    init(
        _ options: TextTrainingOptions, _ start: StartOptions, _ adaptation: LowRankAdaptation?, seed: UInt64
    ) throws(FileError) {
        self.adaptation = adaptation
        (self.options, self.start) = (options, start)
        let texts = try TextTable(options.data).labelledTexts(needsLabels: options.teacher == nil)
        if let path = options.validationData {
            (training, validation) = (texts, try TextTable(path).labelledTexts())
        } else {
            (training, validation) = setAside(options.fraction, of: texts, seed: seed) { $0.text }
        }
        let labels = Set((training + validation).compactMap(\.label)).sorted()
        guard labels.count > 1 else {
            throw FileError(.badData, path: options.data, cause: "has fewer than two labels")
        }
        folder = try start.textClassifierFolder(labels: labels)
    }

    var objective: TextClassification {
        TextClassification(
            labelSmoothing: Float(options.labelSmoothing ?? 0),
            regularization: .init(dropout: Float(options.dropout), stochasticDepth: 0),
            distillation: options.distillation)
    }

    var facts: [(name: String, value: String)] {
        [
            ("label smoothing", "\(options.labelSmoothing ?? 0)"),
            ("dropout", "\(options.dropout)"),
            ("list of training texts", checksum(training.map(LabelledTextsTask.line))),
            ("list of validation texts", checksum(validation.map(LabelledTextsTask.line))),
        ] + options.teacherFacts + commonFacts
    }

    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws -> (training: LabelledTexts, validation: LabelledTexts?) {
        let teacher = try options.teacher.map { name throws(FileError) in
            try TextClassifier(ModelFolder.resolve(name, shippedModels: ShippedModels.folder))
        }
        let learned = try LabelledTexts(training, folder: folder, teacher: teacher)
        let kept = validation.isEmpty ? nil : try LabelledTexts(validation, folder: folder)
        let truncatedCount = learned.truncatedCount + (kept?.truncatedCount ?? 0)
        if truncatedCount > 0 {
            warn("\(options.data): \(truncatedCount) texts are too long for the model and lose their ends")
        }
        return (learned, kept)
    }

    private static func line(_ text: LabelledText) -> String {
        [text.text, text.pair ?? "", text.label ?? ""].joined(separator: "\t")
    }
}
