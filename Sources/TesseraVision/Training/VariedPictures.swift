internal import TesseraFiles
internal import TesseraImage
internal import TesseraLayers

/// Pictures that stay in memory, 8 bits a value, if they fit, and come varied from epoch to epoch; else each is read again for each batch.
struct VariedPictures: Sendable {
    /// The numbers of those that could not be read, and why.
    let failures: [(index: Int, error: FileError)]
    private let reader: ImageReader
    private let augmentation: ImageAugmentation
    private let seed: UInt64
    /// Of those that could be read.
    private let paths: [String]
    /// Ready to be varied; nil when they would not fit the memory that was allowed.
    private let pictures: [RGBImage]?

    /// Reads every picture once, on all threads: damage is found before a training begins, not hours into it.
    ///
    /// - Parameters:
    ///   - processor: of the model, one with a `fixedSize`.
    ///   - seed: of the variation.
    ///   - memoryLimit: in bytes, for all pictures together.
    ///   - progress: is told from time to time how many more pictures were read.
    init(
        reading paths: [String], processor: ImageProcessor, augmentation: ImageAugmentation, seed: UInt64,
        memoryLimit: Int, progress: (Int) -> Void
    ) {
        guard let size = processor.fixedSize else { preconditionFailure("pictures of a batch share a size") }
        (self.augmentation, self.seed) = (augmentation, seed)
        reader = ImageReader(processor: processor, size: size, keepsMargin: augmentation.cropsFromLarger)
        let read = reader.readAll(paths, memoryLimit: memoryLimit, progress)
        (pictures, failures) = (read.pictures, read.failures)
        let failed = Set(failures.map(\.index))
        self.paths = paths.indices.filter { !failed.contains($0) }.map { paths[$0] }
    }

    /// A picture, by its number among those that could be read, as it is in an epoch.
    ///
    /// - Throws: `FileError` when it is not kept in memory and can no longer be read.
    func picture(_ sample: Int, epoch: Int) throws(FileError) -> RGBImage {
        var random = generator(epoch, sample)
        let picture = if let pictures { pictures[sample] } else { try reader.read(paths[sample]) }
        return augmentation.varied(picture, to: reader.size, filter: reader.processor.filter, using: &random)
    }

    /// What all chance about a picture comes from.
    func generator(_ epoch: Int, _ sample: Int) -> RandomGenerator {
        // The first number sets these apart from what else a training draws from its seed.
        RandomGenerator(seed: seed, 0x7069_6374, UInt64(epoch), UInt64(sample))
    }
}
