import TesseraAudio
import TesseraCommands
import TesseraFiles
import TesseraLayers
import TesseraSpeech
import TesseraTraining

/// The training of a classifier of sounds: which recordings it learns from and which it validates with.
struct SoundTask: TrainingTask {
    private let data: LabelledParts
    private let options: SoundOptions
    private var classifier: SoundClassifierFolder
    private let start: StartOptions
    private let seed: UInt64

    var samples: String { "recordings" }
    var listedCount: Int { data.training.count }
    var fileNames: [String] { SoundClassifierFolder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 32 }
    var finetuningShare: Double { 0.1 }

    /// Splits the recordings, none of which is read yet.
    init(
        _ options: SoundOptions, _ folder: ClassFolder, _ classifier: SoundClassifierFolder, _ start: StartOptions,
        seed: UInt64
    ) throws(FileError) {
        let validation = try options.classes.validationData.map { path throws(FileError) in
            try ClassFolder(recordings: path)
        }
        data = try LabelledParts(
            folder, validation: validation, fraction: options.classes.validationFraction,
            labels: classifier.configuration.labels, seed: seed)
        (self.options, self.classifier, self.start, self.seed) = (options, classifier, start, seed)
    }

    var objective: SoundClassification {
        SoundClassification(
            labelSmoothing: Float(options.classes.labelSmoothing),
            regularization: .init(dropout: Float(options.classes.dropout), stochasticDepth: Float(stochasticDepth)))
    }

    private var stochasticDepth: Double { options.classes.stochasticDepth(isFinetuning: start.isFinetuning) }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("augmentation", options.augment.rawValue),
            ("label smoothing", "\(options.classes.labelSmoothing)"), ("dropout", "\(options.classes.dropout)"),
            ("stochastic depth", "\(stochasticDepth)"),
            ("list of training recordings", checksum(data.training.map(\.line))),
            ("list of validation recordings", checksum(data.validation.map(\.line))),
            ("list of classes", classifier.configuration.labels.joined(separator: ", ")),
        ] + facts(classifier.config, leavingOut: ["id2label", "label2id"])
    }

    func adapt(_ settings: inout TrainingSettings) {
        // AST's ten seconds are 1214 tokens: a few clips fill the memory that many pictures do.
        let tokens = 2 + classifier.configuration.patchCount
        settings.microBatchSize = max(1, min(settings.microBatchSize, 4_096 / tokens))
    }

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<SpectrogramTransformer> {
        try classifier.initialModel(seed: seed)
    }

    func prepared(for data: LabelledClips) -> SoundTask {
        var task = self
        task.classifier.settings = data.settings
        return task
    }

    func write(_ model: Trainable<SpectrogramTransformer>, to folder: String) throws(FileError) {
        try classifier.write(model, to: folder)
    }

    func evaluation(of folder: String, on validation: LabelledClips?, isQuiet: Bool) -> String? { nil }

    /// - Throws: `FileError` when there are recordings that cannot be read and they may not be skipped, or a class has no other.
    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: LabelledClips, validation: LabelledClips?) {
        data.warnings.forEach(warn)
        let progress = ProgressBar(total: data.count, isQuiet: isQuiet)
        defer { progress.finish() }
        var learned = read(data.training, classifier.settings, options.augment.augmentation, progress)
        if classifier.isNew { learned = try learned.normalized() }
        let kept = data.validation.isEmpty ? nil : read(data.validation, learned.settings, .none, progress)
        progress.finish()
        try checkUnreadable(
            data.failures + learned.unreadable + (kept?.unreadable ?? []), of: data.count + data.failures.count,
            in: options.data, skips: options.classes.skipUnreadable, warn)
        try data.checkClasses(of: learned.files, samples: "recording", in: options.data)
        return (learned, kept)
    }

    private func read(
        _ files: [LabelledFile], _ settings: SpectrogramWindowSettings, _ augmentation: SoundAugmentation,
        _ progress: ProgressBar
    ) -> LabelledClips {
        LabelledClips(
            reading: files, settings: settings, augmentation: augmentation, seed: seed,
            progress: { progress.advance(by: $0) })
    }
}
