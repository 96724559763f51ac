package import TesseraFiles
package import TesseraImage
internal import TesseraLayers
internal import TesseraTensor
internal import TesseraTraining

/// Pictures with the objects in them to train a detector on. Each is read again for each batch: they keep their sizes, and mostly would not
/// fit in memory.
package struct AnnotatedPictures: TrainingData {
    /// Those that could be read.
    package let files: [AnnotatedFile]
    /// Why the others could not.
    package let unreadable: [FileError]
    private let processor: ImageProcessor
    private let augmentation: Augmentation
    private let seed: UInt64

    /// How pictures are varied from epoch to epoch.
    package struct Augmentation: Sendable {
        /// Half of the time as in a mirror.
        package let mirrors: Bool
        /// By how much they are made smaller at most.
        package let smallestScale: Float

        package init(mirrors: Bool, smallestScale: Float) {
            (self.mirrors, self.smallestScale) = (mirrors, smallestScale)
        }

        /// As they are.
        package static let none = Augmentation(mirrors: false, smallestScale: 1)
    }

    package var sampleCount: Int { files.count }

    /// Reads every picture once, on all threads: damage is found before a training begins.
    ///
    /// - Parameters:
    ///   - processor: of the model.
    ///   - seed: of the variation.
    ///   - progress: is told from time to time how many more pictures were read.
    package init(
        reading files: [AnnotatedFile], processor: ImageProcessor, augmentation: Augmentation, seed: UInt64,
        progress: (Int) -> Void
    ) {
        (self.processor, self.augmentation, self.seed) = (processor, augmentation, seed)
        let failures = readTogether(files, progress: progress) { file throws(FileError) in
            try processor.outputSize(of: [AnnotatedPictures.picture(of: file)])
        } keep: { _ in
        }
        let failed = Set(failures.map(\.index))
        self.files = files.indices.filter { !failed.contains($0) }.map { files[$0] }
        unreadable = failures.map(\.error)
    }

    package func batch(_ samples: [Int], epoch: Int) throws -> DetectionBatch {
        let pictures = Threads.map(samples.count) { index in
            Result<AnnotatedPixels, FileError> { () throws(FileError) in
                try annotatedPixels(
                    files[samples[index]],
                    RandomGenerator(seed: seed, 0x6F62_6A65, UInt64(epoch), UInt64(samples[index])))
            }
        }
        return DetectionBatch(try pictures.map { try $0.get() })
    }

    private func annotatedPixels(
        _ file: AnnotatedFile, _ random: RandomGenerator
    ) throws(FileError) -> AnnotatedPixels {
        var random = random
        var picture = try AnnotatedPictures.picture(of: file)
        let (width, height) = (Double(picture.width), Double(picture.height))
        let isMirrored = augmentation.mirrors && random.nextUniform() < 0.5
        let scale = augmentation.smallestScale + (1 - augmentation.smallestScale) * random.nextUniform()
        if isMirrored { picture = picture.mirrored() }
        let prepared = try processor.scaled(by: Double(scale)).prepared(picture)
        let objects = file.objects.compactMap { $0.shares(width: width, height: height, isMirrored: isMirrored) }
        return AnnotatedPixels(pixels: processor.pixelValues(prepared: [prepared]), objects: objects)
    }

    /// - Throws: `FileError` where it cannot be read, or is not what the annotations were made for.
    private static func picture(of file: AnnotatedFile) throws(FileError) -> RGBImage {
        let picture = try RGBImage.read(file.path).image
        guard let size = file.size, size != (picture.width, picture.height) else { return picture }
        let found = "is \(picture.width) x \(picture.height) pixels"
        throw FileError(
            .badData, path: file.path, cause: "\(found), but its annotations are for \(size.width) x \(size.height)")
    }
}

extension AnnotatedFile.PixelObject {
    /// The object as shares of its picture, cut at the picture's edges; nil where it lies beside it.
    fileprivate func shares(width: Double, height: Double, isMirrored: Bool) -> AnnotatedObject? {
        let (left, right) = (max(0, box.x), min(width, box.x + box.z))
        let (top, bottom) = (max(0, box.y), min(height, box.y + box.w))
        guard right > left, bottom > top else { return nil }
        let centre = (left + right) / 2
        let shares = SIMD4(
            (isMirrored ? width - centre : centre) / width, (top + bottom) / 2 / height, (right - left) / width,
            (bottom - top) / height)
        return AnnotatedObject(label: label, box: BoxShares(shares))
    }
}

extension AnnotatedPictures {
    /// How well a detector finds the objects.
    ///
    /// - Parameter progress: called behind each picture.
    /// - Throws: `FileError` when a picture can no longer be read.
    package func averagePrecision(of detector: ObjectDetector, progress: () -> Void) throws -> AveragePrecision {
        var pictures: [(found: [DetectedObject], objects: [(label: Int, box: BoundingBox)])] = []
        for file in files {
            let found = try detector.detect(try AnnotatedPictures.picture(of: file), threshold: 0)
            pictures.append((found, file.objects.map { ($0.label, BoundingBox($0.box)) }))
            progress()
        }
        return AveragePrecision(pictures)
    }
}

extension BoundingBox {
    /// - Parameter box: left, top, width and height in pixels.
    fileprivate init(_ box: SIMD4<Double>) {
        self.init(
            xmin: Float(box.x), ymin: Float(box.y), xmax: Float(box.x + box.z), ymax: Float(box.y + box.w))
    }
}
