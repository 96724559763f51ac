import TesseraCommands
import TesseraFiles
import TesseraLanguage
import TesseraLayers
import TesseraTraining
import TesseraTransformer

/// The training of a language model: which text it learns from and which it validates with.
struct LanguageModelTask: TextTrainingTask {
    private let training: TokenWindows
    private let validation: TokenWindows?
    private let options: TextTrainingOptions
    let folder: LanguageModelFolder
    let start: StartOptions
    let adaptation: LowRankAdaptation?

    var samples: String { "windows" }
    var listedCount: Int { training.sampleCount }
    var usualBatchSize: Int { 32 }
    var finetuningShare: Double { 0.1 }

    /// The end of the text is kept for validation.
    init(
        _ options: TextTrainingOptions, _ start: StartOptions, _ adaptation: LowRankAdaptation?, seed: UInt64
    ) throws(FileError) {
        self.adaptation = adaptation
        (self.options, self.start) = (options, start)
        folder = try start.languageModelFolder()
        let tokens = folder.tokens(of: try plainText(options.data))
        var (learned, kept) = (tokens, [Int32]())
        if let path = options.validationData {
            kept = folder.tokens(of: try plainText(path))
        } else {
            kept = Array(tokens.suffix(Int(Double(tokens.count) * options.fraction)))
            learned.removeLast(kept.count)
        }
        let length = min(folder.contextLength, 1_024, learned.count - 1)
        guard length > 0 else { throw FileError(.badData, path: options.data, cause: "holds less than two tokens") }
        training = TokenWindows(learned, length: length, isMoved: true, seed: seed)
        validation = kept.count > length ? TokenWindows(kept, length: length, isMoved: false, seed: seed) : nil
    }

    var objective: CausalLanguageModelling {
        CausalLanguageModelling(
            labelSmoothing: Float(options.labelSmoothing ?? 0),
            regularization: .init(dropout: Float(options.dropout), stochasticDepth: 0))
    }

    var facts: [(name: String, value: String)] {
        func checksum(_ windows: TokenWindows?) -> String {
            let tokens = windows?.tokens ?? []
            return "\(tokens.count) tokens, checksum "
                + String(fnv1a(tokens.lazy.flatMap { "\($0)\n".utf8 }), radix: 16)
        }
        return [
            ("label smoothing", "\(options.labelSmoothing ?? 0)"),
            ("dropout", "\(options.dropout)"), ("training text", checksum(training)),
            ("validation text", checksum(validation)),
        ] + commonFacts
    }

    /// As many tokens at once as some short texts have.
    func adapt(_ settings: inout TrainingSettings) {
        settings.microBatchSize = max(1, min(settings.microBatchSize, 1_024 / training.length))
        adaptation?.adapt(&settings, folder)
    }

    func read(isQuiet: Bool, warn: (String) -> Void) -> (training: TokenWindows, validation: TokenWindows?) {
        (training, validation)
    }

}

/// The whole of a text file.
///
/// - Throws: `FileError` when it cannot be read, or is not UTF-8.
func plainText(_ path: String) throws(FileError) -> String {
    let bytes = try InputFile(path).contents(limit: TextTable.byteLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw FileError(.badData, path: path, cause: "is not UTF-8")
    }
    return text
}
