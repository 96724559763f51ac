import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraLayers
import TesseraTraining
import TesseraVision

/// The training of a classifier: which pictures it learns from and which it validates with.
struct ImageTask: TrainingTask {
    private let data: LabelledParts
    private let options: ImageOptions
    private let classifier: ClassifierFolder
    private let start: StartOptions
    private let augmentation: AugmentationOption
    private let size: (width: Int, height: Int)
    private let seed: UInt64

    var samples: String { "pictures" }
    var listedCount: Int { data.training.count }
    var fileNames: [String] { ClassifierFolder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 128 }
    var finetuningShare: Double { 0.1 }

    /// Splits the pictures, none of which is read yet.
    init(
        _ options: ImageOptions, _ folder: ClassFolder, _ classifier: ClassifierFolder, _ start: StartOptions,
        seed: UInt64
    ) throws(FileError) {
        guard let size = classifier.processor.fixedSize else {
            let cause = "its preprocessor_config.json keeps proportions: a training needs pictures of one size"
            throw FileError(.badData, path: classifier.config.path, cause: cause)
        }
        let validation = try options.classes.validationData.map { path throws(FileError) in
            try ClassFolder(pictures: path)
        }
        data = try LabelledParts(
            folder, validation: validation, fraction: options.classes.validationFraction,
            labels: classifier.configuration.labels, seed: seed)
        (self.options, self.classifier, self.start, self.size, self.seed) = (options, classifier, start, size, seed)
        augmentation = options.augmentation(isFinetuning: start.isFinetuning)
    }

    var objective: ImageClassification {
        ImageClassification(
            regularization: .init(dropout: Float(options.classes.dropout), stochasticDepth: stochasticDepth))
    }

    private var stochasticDepth: Float { Float(options.classes.stochasticDepth(isFinetuning: start.isFinetuning)) }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("augmentation", augmentation.rawValue),
            ("label smoothing", "\(options.classes.labelSmoothing)"), ("dropout", "\(options.classes.dropout)"),
            ("stochastic depth", "\(options.classes.stochasticDepth(isFinetuning: start.isFinetuning))"),
            ("list of training pictures", checksum(data.training.map(\.line))),
            ("list of validation pictures", checksum(data.validation.map(\.line))),
            ("list of classes", classifier.configuration.labels.joined(separator: ", ")),
        ] + facts(classifier.config, leavingOut: ["id2label", "label2id"])
    }

    func adapt(_ settings: inout TrainingSettings) {}

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<VisionTransformer> {
        try classifier.initialModel(seed: seed)
    }

    func write(_ model: Trainable<VisionTransformer>, to folder: String) throws(FileError) {
        try classifier.write(model, to: folder)
    }

    func evaluation(of folder: String, on validation: LabelledImages?, isQuiet: Bool) -> String? { nil }

    /// - Throws: `FileError` when there are pictures that cannot be read and they may not be skipped, or a class has no other.
    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: LabelledImages, validation: LabelledImages?) {
        (classifier.warnings + data.warnings).forEach(warn)
        let progress = ProgressBar(total: data.count, isQuiet: isQuiet)
        defer { progress.finish() }
        let varied = augmentation.augmentation(side: max(size.width, size.height))
        let learned = read(data.training, varied, options.classes.labelSmoothing, progress)
        let kept = data.validation.isEmpty ? nil : read(data.validation, .none, 0, progress)
        progress.finish()
        try checkUnreadable(
            data.failures + learned.unreadable + (kept?.unreadable ?? []), of: data.count + data.failures.count,
            in: options.data, skips: options.classes.skipUnreadable, warn)
        try data.checkClasses(of: learned.files, samples: "picture", in: options.data)
        return (learned, kept)
    }

    private func read(
        _ files: [LabelledFile], _ augmentation: ImageAugmentation, _ labelSmoothing: Double, _ progress: ProgressBar
    ) -> LabelledImages {
        LabelledImages(
            reading: files, classCount: classifier.configuration.labels.count, processor: classifier.processor,
            augmentation: augmentation, labelSmoothing: Float(labelSmoothing), seed: seed,
            progress: { progress.advance(by: $0) })
    }
}
