import TesseraCommands
import TesseraFiles
import TesseraLayers
import TesseraTraining
import TesseraVision

/// The training of two towers: which pairs they learn from and which they validate with.
struct ImageTextTask: TrainingTask {
    private let training: [ImageTextPair]
    private let validation: [ImageTextPair]
    private let options: ImageTextOptions
    private let folder: TwoTowerFolder
    private let start: StartOptions
    private let seed: UInt64

    var samples: String { "pairs" }
    var listedCount: Int { training.count }
    var fileNames: [String] { TwoTowerFolder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 128 }
    /// As those do who train published models on: 1e-5.
    var finetuningShare: Double { 0.01 }

    /// Splits the pairs, none of whose pictures is read yet.
    ///
    /// - Throws: `FileError` naming the line that is damaged, or where there are too few pairs.
    init(
        _ options: ImageTextOptions, _ folder: TwoTowerFolder, _ start: StartOptions, seed: UInt64
    ) throws(FileError) {
        guard folder.processor.fixedSize != nil else {
            let cause = "its preprocessor_config.json keeps proportions: a training needs pictures of one size"
            throw FileError(.badData, path: folder.config.path, cause: cause)
        }
        let pairs = try TextTable(options.data).imageTextPairs()
        if let path = options.validationData {
            (training, validation) = (pairs, try TextTable(path).imageTextPairs())
        } else {
            (training, validation) = setAside(options.validationFraction ?? 0.1, of: pairs, seed: seed) { $0.name }
        }
        (self.options, self.folder, self.start, self.seed) = (options, folder, start, seed)
        try checkCounts(training.count, validation.count)
    }

    /// Refuses what leaves nothing to tell apart.
    private func checkCounts(_ training: Int, _ validation: Int) throws(FileError) {
        guard training > 1 else {
            throw FileError(
                .badData, path: options.data, cause: "there is one pair to train on, and nothing to tell it apart from")
        }
        guard validation != 1 else {
            throw FileError(
                .badData, path: options.validationData ?? options.data,
                cause: "there is one pair to validate with, and nothing to tell it apart from: "
                    + "--validation-fraction 0 goes without, a larger one keeps more")
        }
    }

    var objective: ContrastiveLearning { ContrastiveLearning(folder.loss) }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("smallest crop", "\(options.smallestCrop)"),
            ("mirrored", "\(options.mirror)"),
            ("list of training pairs", checksum(training.map(\.line))),
            ("list of validation pairs", checksum(validation.map(\.line))),
        ] + facts(folder.config)
    }

    func adapt(_ settings: inout TrainingSettings) {}

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<TwoTowerNetwork> {
        try folder.initialModel(seed: seed)
    }

    func write(_ model: Trainable<TwoTowerNetwork>, to path: String) throws(FileError) {
        try folder.write(model, to: path)
    }

    /// How often the finished model finds what belongs together among all pairs that it did not learn from.
    func evaluation(of path: String, on validation: ImageTextPairs?, isQuiet: Bool) throws -> String? {
        guard let validation, validation.sampleCount > 0 else { return nil }
        let progress = ProgressBar(total: validation.sampleCount, isQuiet: isQuiet)
        defer { progress.finish() }
        let model = try ModelFolder(path)
        let recall = try validation.recall(of: ImageClassifier(model), TextTower(model)) { progress.advance(by: $0) }
        func text(_ shares: (atOne: Double, atFive: Double)) -> String {
            "\(formatted("%.2f", 100 * shares.atOne)) % (first) and \(formatted("%.2f", 100 * shares.atFive)) % (first five)"
        }
        return "recall among \(validation.sampleCount) pairs: of texts \(text(recall.texts)), "
            + "of pictures \(text(recall.pictures))"
    }

    /// - Throws: `FileError` when there are pictures that cannot be read and they may not be skipped, or too few that can.
    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: ImageTextPairs, validation: ImageTextPairs?) {
        folder.warnings.forEach(warn)
        let count = training.count + validation.count
        let progress = ProgressBar(total: count, isQuiet: isQuiet)
        defer { progress.finish() }
        func read(_ pairs: [ImageTextPair], _ augmentation: ImageAugmentation) throws(FileError) -> ImageTextPairs {
            try ImageTextPairs(
                reading: pairs, folder: folder, augmentation: augmentation, seed: seed,
                progress: { progress.advance(by: $0) })
        }
        let learned = try read(training, options.augmentation)
        let kept = validation.isEmpty ? nil : try read(validation, .none)
        progress.finish()
        try checkUnreadable(
            learned.unreadable + (kept?.unreadable ?? []), of: count, in: options.data, skips: options.skipUnreadable,
            warn)
        try checkCounts(learned.sampleCount, kept?.sampleCount ?? 0)
        let truncatedCount = learned.truncatedCount + (kept?.truncatedCount ?? 0)
        if truncatedCount > 0 {
            warn("\(options.data): \(truncatedCount) texts are too long for the model and lose their ends")
        }
        return (learned, kept)
    }
}

extension ImageTextPair {
    /// What the picture is called and what is said of it.
    fileprivate var line: String { "\(name)\t\(text)" }
}
