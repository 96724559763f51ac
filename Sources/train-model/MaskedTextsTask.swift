import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraLayers
import TesseraModels
import TesseraTraining

/// The training of a model of masked words: which texts it learns from and which it validates with.
struct MaskedTextsTask: TextTrainingTask {
    private let training: [String]
    private let validation: [String]
    private let options: TextTrainingOptions
    let folder: MaskedLanguageModelFolder
    let start: StartOptions
    let adaptation: LowRankAdaptation?
    private let seed: UInt64
    let objective: MaskedLanguageModelling

    var samples: String { "texts" }
    var listedCount: Int { training.count }
    var usualBatchSize: Int { 32 }
    var finetuningShare: Double { 0.05 }

    /// Each line is a text.
    init(
        _ options: TextTrainingOptions, _ start: StartOptions, _ adaptation: LowRankAdaptation?, seed: UInt64
    ) throws(FileError) {
        self.adaptation = adaptation
        (self.options, self.start, self.seed) = (options, start, seed)
        let folder = try start.maskedLanguageModelFolder()
        let teacher = try options.teacher.map { name throws(FileError) in
            try MaskedWordTeacher(
                ModelFolder.resolve(name, shippedModels: ShippedModels.folder), student: folder,
                distillation: options.distillation, statesWeight: Float(options.teacherStates ?? 0))
        }
        objective = MaskedLanguageModelling(
            regularization: .init(dropout: Float(options.dropout), stochasticDepth: 0), teacher: teacher)
        self.folder = folder
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

    var facts: [(name: String, value: String)] {
        [
            ("dropout", "\(options.dropout)"),
            ("list of training texts", checksum(training)), ("list of validation texts", checksum(validation)),
        ] + options.teacherFacts + commonFacts
    }

    func read(isQuiet: Bool, warn: (String) -> Void) throws -> (training: MaskedTexts, validation: MaskedTexts?) {
        (
            folder.masked(training, isMoved: true, seed: seed),
            validation.isEmpty ? nil : folder.masked(validation, isMoved: false, seed: seed)
        )
    }
}
