import TesseraCommands
import TesseraFiles
import TesseraLayers
import TesseraTraining
import TesseraVision

/// The training of a detector: which pictures it learns from and which it validates with.
struct ObjectTask: TrainingTask {
    private let training: [AnnotatedFile]
    private let validation: [AnnotatedFile]
    private let options: ObjectOptions
    private let detector: ObjectDetectorFolder
    private let start: StartOptions
    private let loss: DetectionLoss
    private let seed: UInt64
    private let warnings: [String]

    var samples: String { "pictures" }
    var listedCount: Int { training.count }
    var fileNames: [String] { ObjectDetectorFolder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 8 }
    var finetuningShare: Double { 0.1 }

    /// Splits the pictures, none of which is read yet.
    init(
        _ options: ObjectOptions, _ folder: AnnotatedFolder, _ validation: AnnotatedFolder?,
        _ detector: ObjectDetectorFolder, _ start: StartOptions, seed: UInt64
    ) throws(FileError) {
        let files = try folder.files(labelled: detector.labels, by: options.data)
        if let validation, let path = options.validationData {
            (training, self.validation) = (files, try validation.files(labelled: detector.labels, by: path))
        } else {
            (training, self.validation) = AnnotatedFolder.split(
                files, validationFraction: options.validationFraction ?? 0.1, seed: seed)
        }
        loss = try detector.loss()
        warnings = detector.warnings + folder.warnings + (validation?.warnings ?? [])
        (self.options, self.detector, self.start, self.seed) = (options, detector, start, seed)
    }

    var objective: ObjectDetection {
        ObjectDetection(loss: loss, regularization: .init(dropout: Float(options.dropout), stochasticDepth: 0))
    }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("mirrored", "\(options.mirror)"),
            ("smallest scale", "\(options.smallestScale)"), ("dropout", "\(options.dropout)"),
            ("list of training pictures", checksum(training.map(\.line))),
            ("list of validation pictures", checksum(validation.map(\.line))),
            ("list of labels", detector.labels.joined(separator: ", ")),
        ] + facts(detector.config, leavingOut: ["id2label", "label2id"])
    }

    func adapt(_ settings: inout TrainingSettings) {}

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<YOLOSNetwork> {
        try detector.initialModel(seed: seed)
    }

    func write(_ model: Trainable<YOLOSNetwork>, to folder: String) throws(FileError) {
        try detector.write(model, to: folder)
    }

    /// COCO's average precision.
    func evaluation(of folder: String, on validation: AnnotatedPictures?, isQuiet: Bool) throws -> String? {
        guard let validation else { return nil }
        let progress = ProgressBar(total: validation.sampleCount, isQuiet: isQuiet)
        defer { progress.finish() }
        let precision = try validation.averagePrecision(of: ObjectDetector(ModelFolder(folder))) {
            progress.advance(by: 1)
        }
        let (mean, half) = (formatted("%.3f", precision.mean), formatted("%.3f", precision.atHalf))
        return "average precision \(mean), at an overlap of 0.5 \(half)"
    }

    /// - Throws: `FileError` when there are pictures that cannot be read and they may not be skipped.
    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: AnnotatedPictures, validation: AnnotatedPictures?) {
        warnings.forEach(warn)
        let count = training.count + validation.count
        let progress = ProgressBar(total: count, isQuiet: isQuiet)
        defer { progress.finish() }
        let learned = read(training, options.augmentation, progress)
        let kept = validation.isEmpty ? nil : read(validation, .none, progress)
        progress.finish()
        try checkUnreadable(
            learned.unreadable + (kept?.unreadable ?? []), of: count, in: options.data, skips: options.skipUnreadable,
            warn)
        guard learned.files.contains(where: { !$0.objects.isEmpty }) else {
            throw FileError(.badData, path: options.data, cause: "no picture that can be read has objects in it")
        }
        return (learned, kept)
    }

    private func read(
        _ files: [AnnotatedFile], _ augmentation: AnnotatedPictures.Augmentation, _ progress: ProgressBar
    ) -> AnnotatedPictures {
        AnnotatedPictures(
            reading: files, processor: detector.processor, augmentation: augmentation, seed: seed,
            progress: { progress.advance(by: $0) })
    }
}

extension AnnotatedFile {
    /// What a picture is and shows.
    fileprivate var line: String {
        let boxes = objects.map { "\($0.label) \($0.box.x) \($0.box.y) \($0.box.z) \($0.box.w)" }
        return ([splitPath(path).name] + boxes).joined(separator: " ")
    }
}
