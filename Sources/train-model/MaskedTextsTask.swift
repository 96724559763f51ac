import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraLayers
import TesseraTraining

/// The training of a model of masked words: which texts it learns from and which it validates with.
struct MaskedTextsTask: TrainingTask {
    private let training: [String]
    private let validation: [String]
    private let options: TextTrainingOptions
    private let folder: MaskedLanguageModelFolder
    private let start: StartOptions
    private let adaptation: LowRankAdaptation?
    private let seed: UInt64

    var samples: String { "texts" }
    var listedCount: Int { training.count }
    var fileNames: [String] { adaptation?.fileNames(folder) ?? folder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 32 }
    var finetuningShare: Double { 0.05 }

    /// Each line is a text.
    init(
        _ options: TextTrainingOptions, _ start: StartOptions, _ adaptation: LowRankAdaptation?, seed: UInt64
    ) throws(FileError) {
        self.adaptation = adaptation
        (self.options, self.start, self.seed) = (options, start, seed)
        folder = try start.maskedLanguageModelFolder()
        let texts = try Self.lines(options.data)
        if let path = options.validationData {
            (training, validation) = (texts, try Self.lines(path))
        } else {
            (training, validation) = setAside(options.fraction, of: texts, seed: seed) { $0 }
        }
    }

    private static func lines(_ path: String) throws(FileError) -> [String] {
        let lines = try plainText(path).split(whereSeparator: \.isNewline).map(String.init)
        guard !lines.isEmpty else { throw FileError(.badData, path: path, cause: "holds no texts") }
        return lines
    }

    var objective: MaskedLanguageModelling {
        MaskedLanguageModelling(regularization: .init(dropout: Float(options.dropout), stochasticDepth: 0))
    }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("dropout", "\(options.dropout)"),
            ("list of training texts", checksum(training)), ("list of validation texts", checksum(validation)),
        ] + (adaptation?.facts ?? []) + facts(folder.config)
    }

    func adapt(_ settings: inout TrainingSettings) { adaptation?.adapt(&settings, folder) }

    func read(isQuiet: Bool, warn: (String) -> Void) throws -> (training: MaskedTexts, validation: MaskedTexts?) {
        (
            folder.masked(training, isMoved: true, seed: seed),
            validation.isEmpty ? nil : folder.masked(validation, isMoved: false, seed: seed)
        )
    }

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<TextEncoder> {
        guard let adaptation else { return try folder.initialModel(seed: seed) }
        return try adaptation.model(of: folder, seed: seed)
    }

    func write(_ model: Trainable<TextEncoder>, to folder: String) throws(FileError) {
        guard let adaptation else { return try self.folder.write(model, to: folder) }
        try adaptation.write(model, self.folder, to: folder)
    }

    func evaluation(of folder: String, on validation: MaskedTexts?, isQuiet: Bool) throws -> String? { nil }
}
