public import TesseraFiles
public import TesseraImage
internal import TesseraLayers
public import TesseraTensor
public import TesseraTraining

/// Pictures to train on, decoded, varied and brought to the form that a model takes.
///
/// ```swift
/// let folder = try ClassFolder(pictures: "animals")
/// let parts = folder.split(validationFraction: 0.1, seed: 42)
/// let training = try LabelledImages(
///     parts.training, classCount: folder.classes.count, processor: processor, augmentation: .standard(side: 32), seed: 42)
/// let batch = try training.batch([3, 1, 4, 1], epoch: 0)
/// ```
public struct LabelledImages: TrainingData {
    /// The pictures that could be read.
    public let files: [LabelledFile]
    /// Why the others could not.
    public let unreadable: [FileError]
    /// How many classes the targets tell apart.
    public let classCount: Int
    /// What brings pictures to the form the model sees.
    public let processor: ImageProcessor
    /// How pictures are varied from epoch to epoch.
    public let augmentation: ImageAugmentation
    /// The share of each target that is spread evenly over all classes (Szegedy et al., 2016).
    public let labelSmoothing: Float
    /// What all chance comes from, together with epoch and sample: the same seed gives the same batches.
    public let seed: UInt64
    private let pictures: VariedPictures

    public var sampleCount: Int { files.count }

    /// Reads every picture once, on all threads: damage is found before a training begins, not hours into it. They stay
    /// in memory, 8 bits a value, if they fit; else each is read again for each batch.
    ///
    /// - Parameters:
    ///   - processor: of the model, one with a `fixedSize`.
    ///   - seed: of the variation; two trainings with one seed see the same pictures.
    ///   - memoryLimit: in bytes, for all pictures together.
    ///   - progress: is told from time to time how many more pictures were read.
    /// - Throws: `UnreadableImages` when there are such.
    public init(
        _ files: [LabelledFile], classCount: Int, processor: ImageProcessor, augmentation: ImageAugmentation = .none,
        labelSmoothing: Float = 0, seed: UInt64 = 0, memoryLimit: Int = 1 << 30, progress: (Int) -> Void = { _ in }
    ) throws(UnreadableImages) {
        self.init(
            reading: files, classCount: classCount, processor: processor, augmentation: augmentation,
            labelSmoothing: labelSmoothing, seed: seed, memoryLimit: memoryLimit, progress: progress)
        guard unreadable.isEmpty else { throw UnreadableImages(errors: unreadable, imageCount: files.count) }
    }

    /// Reads every picture once, as the other initialiser does, and goes without those that are then in `unreadable`.
    public init(
        reading files: [LabelledFile], classCount: Int, processor: ImageProcessor,
        augmentation: ImageAugmentation = .none, labelSmoothing: Float = 0, seed: UInt64 = 0,
        memoryLimit: Int = 1 << 30, progress: (Int) -> Void = { _ in }
    ) {
        precondition(files.allSatisfy { (0..<classCount).contains($0.label) }, "a label without a class")
        (self.classCount, self.processor) = (classCount, processor)
        (self.augmentation, self.labelSmoothing, self.seed) = (augmentation, labelSmoothing, seed)
        pictures = VariedPictures(
            reading: files.map(\.path), processor: processor, augmentation: augmentation, seed: seed,
            memoryLimit: memoryLimit, progress: progress)
        let failed = Set(pictures.failures.map(\.index))
        self.files = files.indices.filter { !failed.contains($0) }.map { files[$0] }
        unreadable = pictures.failures.map(\.error)
    }

    /// The pictures with these numbers, varied as the augmentation says.
    ///
    /// - Throws: `FileError` when a picture is not kept in memory and can no longer be read.
    public func batch(_ samples: [Int], epoch: Int) throws -> ImageBatch {
        let varied = try samples.map { try pictures.picture($0, epoch: epoch) }
        let labels = samples.map { files[$0].label }
        var targets = Tensor(shape: [samples.count, classCount], repeating: labelSmoothing / Float(classCount))
        var mixed: [RGBImage] = []
        for (index, sample) in samples.enumerated() {
            // The batch is in random order, so that the opposite picture is any other.
            let partner = samples.count - 1 - index
            var random = pictures.generator(epoch, sample).part(1)
            let (picture, share) = augmentation.mixed(varied[index], with: varied[partner], using: &random)
            mixed.append(picture)
            targets[index, labels[index]] += (1 - labelSmoothing) * (1 - share)
            targets[index, labels[partner]] += (1 - labelSmoothing) * share
        }
        return ImageBatch(pixels: processor.pixelValues(prepared: mixed.map(PreparedPicture.init)), targets: targets)
    }
}

/// Pictures that pass a model together, and what is on them.
public struct ImageBatch: TrainingBatch {
    /// `[batch, 3, height, width]`
    public let pixels: Tensor
    /// Probabilities, `[batch, classes]`
    public let targets: Tensor

    /// - Parameters:
    ///   - pixels: `[batch, 3, height, width]`
    ///   - targets: probabilities, `[batch, classes]`
    public init(pixels: Tensor, targets: Tensor) {
        precondition(pixels.shape[0] == targets.shape[0], "one target a picture")
        (self.pixels, self.targets) = (pixels, targets)
    }

    public var count: Int { pixels.shape[0] }

    public func samples(_ range: Range<Int>) -> ImageBatch {
        ImageBatch(pixels: pixels.rows(range), targets: targets.rows(range))
    }
}
