import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraVision

/// Which pictures a training learns from and which it validates with.
struct PictureTask {
    /// Both decoded.
    struct Data {
        let training: LabelledPictures
        let validation: LabelledPictures?
    }

    let training: [LabelledFile]
    let validation: [LabelledFile]
    private let options: PictureOptions
    private let classifier: ClassifierFolder
    private let augmentation: AugmentationOption
    private let size: (width: Int, height: Int)
    private let seed: UInt64

    /// Splits the pictures, none of which is read yet.
    init(
        _ options: PictureOptions, _ folder: PictureFolder, _ classifier: ClassifierFolder, isFinetuning: Bool,
        seed: UInt64
    ) throws(FileError) {
        guard let size = classifier.processor.fixedSize else {
            let cause = "its preprocessor_config.json keeps proportions: a training needs pictures of one size"
            throw FileError(.badData, path: classifier.config.path, cause: cause)
        }
        let labels = classifier.configuration.labels
        let pictures = try folder.relabelled(as: labels)
        if let path = options.validationData {
            training = pictures.files
            validation = try PictureFolder(path).relabelled(as: labels).files
        } else {
            (training, validation) = pictures.split(validationFraction: options.validationFraction ?? 0.1, seed: seed)
        }
        (self.options, self.classifier, self.size, self.seed) = (options, classifier, size, seed)
        augmentation = options.augmentation(isFinetuning: isFinetuning)
    }

    /// What must not change between the beginning of a training and its end: the pictures, the labels, the model.
    var facts: [(name: String, value: String)] {
        let config = classifier.config.members.filter { !["id2label", "label2id"].contains($0.name) }
        return [
            ("list of training pictures", PictureTask.checksum(training)),
            ("list of validation pictures", PictureTask.checksum(validation)),
            ("list of classes", classifier.configuration.labels.joined(separator: ", ")),
        ] + config.map { ("\($0.name) in config.json", PictureTask.text($0.value)) }
    }

    /// Reads every picture, and says what is wrong with those that cannot be read.
    ///
    /// - Throws: `FileError` when there are such pictures and they may not be skipped, or a class has no other.
    func read(isQuiet: Bool, warn: (String) -> Void) throws(FileError) -> Data {
        let count = training.count + validation.count
        let progress = ProgressBar(total: count, isQuiet: isQuiet)
        defer { progress.finish() }
        let varied = augmentation.augmentation(side: max(size.width, size.height))
        let data = Data(
            training: read(training, varied, options.labelSmoothing, progress),
            validation: validation.isEmpty ? nil : read(validation, .none, 0, progress))
        progress.finish()
        try checkUnreadable(data.training.unreadable + (data.validation?.unreadable ?? []), of: count, warn)
        let labels = Set(data.training.files.map(\.label))
        for (index, name) in classifier.configuration.labels.enumerated() where !labels.contains(index) {
            let cause = "the class has no picture to train on that can be read"
            throw FileError(.badData, path: joinPath(options.data, name), cause: cause)
        }
        return data
    }

    private func read(
        _ files: [LabelledFile], _ augmentation: PictureAugmentation, _ labelSmoothing: Double, _ progress: ProgressBar
    ) -> LabelledPictures {
        LabelledPictures(
            reading: files, classCount: classifier.configuration.labels.count, processor: classifier.processor,
            augmentation: augmentation, labelSmoothing: Float(labelSmoothing), seed: seed,
            progress: { progress.advance(by: $0) })
    }

    private func checkUnreadable(_ errors: [FileError], of count: Int, _ warn: (String) -> Void) throws(FileError) {
        guard let first = errors.first else { return }
        guard !options.skipUnreadable else {
            return warn("\(first); \(errors.count) of \(count) pictures are left out")
        }
        errors.prefix(5).forEach(StandardError.report)
        let cause = "\(errors.count) of \(count) pictures cannot be read; --skip-unreadable goes without them"
        throw FileError(first.kind, path: options.data, cause: cause)
    }

    /// FNV-1a over names and labels.
    private static func checksum(_ files: [LabelledFile]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for file in files {
            let (folder, name) = splitPath(file.path)
            for byte in "\(file.label)/\(splitPath(folder).name)/\(name)\n".utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        return "\(files.count) pictures, checksum " + String(hash, radix: 16)
    }

    private static func text(_ value: JSONValue) -> String {
        var json = JSONWriter()
        json.write(value)
        // A number that was read from JSON can be written.
        guard let bytes = try? json.finish(path: "") else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
