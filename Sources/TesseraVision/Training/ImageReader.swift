public import TesseraFiles
internal import TesseraImage
internal import TesseraTraining

/// The pictures of a folder that cannot be read, and why.
public struct UnreadableImages: Error, Sendable {
    /// One for each, in the order of the pictures; at least one.
    public let errors: [FileError]
    /// How many pictures there were in all.
    public let imageCount: Int
}

/// Reads pictures into the form from which augmentation starts.
struct ImageReader: Sendable {
    let processor: ImageProcessor
    /// Of the model's pictures.
    let size: (width: Int, height: Int)
    /// Whether pictures keep their proportions and up to twice the model's size, for crops that are enlarged.
    let keepsMargin: Bool

    /// - Throws: `FileError`, see `RGBImage.read(_:)`.
    func read(_ path: String) throws(FileError) -> RGBImage {
        let picture = try RGBImage.read(path).image
        return keepsMargin ? shrunk(picture) : try processor.prepared(picture).image
    }

    /// Reads pictures on all threads.
    ///
    /// - Returns: those that could be read, in order, or nil when they take more bytes than `memoryLimit`; and why the
    ///   others could not be read.
    func readAll(
        _ paths: [String], memoryLimit: Int, _ progress: (Int) -> Void
    ) -> (pictures: [RGBImage]?, failures: [(index: Int, error: FileError)]) {
        var kept = KeptSamples<RGBImage>(limit: memoryLimit)
        let failures = readTogether(paths, progress: progress) { path throws(FileError) in
            try read(path)
        } keep: {
            kept.keep($0, byteCount: $0.pixels.count)
        }
        return (kept.samples, failures)
    }

    /// The picture with its shorter side at most twice as long as the model's longer one.
    private func shrunk(_ picture: RGBImage) -> RGBImage {
        let (shorter, limit) = (min(picture.width, picture.height), 2 * max(size.width, size.height))
        guard shorter > limit else { return picture }
        func scaled(_ side: Int) -> Int { max(side * limit / shorter, 1) }
        return picture.resized(
            width: scaled(picture.width), height: scaled(picture.height), filter: processor.filter)
    }
}

extension ImageAugmentation {
    /// Whether crops are taken from pictures that are larger than the model's.
    var cropsFromLarger: Bool { if case .resized = crop { true } else { false } }
}
