public import TesseraFiles
public import TesseraImage
internal import TesseraTensor
public import TesseraTransformer

/// What a classifier makes of a picture file.
public struct ClassifiedImage: Sendable {
    /// The likeliest labels, best first; none from a model without a classification head.
    public let predictions: [Prediction]
    /// An embedding of the picture: see `ImageClassifier.features`. `[features]`
    public let features: [Float]
    /// The part of the picture that the model saw, at the size it saw.
    public let image: RGBImage
    /// What was odd about the file without hindering its use; mostly empty.
    public let warnings: [String]
}

/// A file's picture in the form that the model takes.
private struct PreparedFile: Sendable {
    let picture: PreparedPicture
    /// What was odd about the file.
    let warnings: [String]
}

extension ImageClassifier {
    /// Classifies picture files. They are decoded on all threads, and pass the model together.
    ///
    /// ```swift
    /// for (path, result) in zip(paths, try classifier.classify(files: paths)) {
    ///     print(path, try result.get().predictions[0].label)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - paths: a batch: as many as should be in memory at once, in the size that the model takes.
    ///   - topK: how many labels of each picture to keep.
    ///   - read: how a path becomes a picture; called on several threads at once.
    /// - Returns: for each path what is in the picture, or why it could not be read.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func classify(
        files paths: [String], topK: Int = 5,
        read: @Sendable (String) throws(FileError) -> RGBImage.Decoded = RGBImage.read
    ) throws -> [Result<ClassifiedImage, FileError>] {
        try threads.run { try Cancellation.endingEarly { try classifyTogether(paths, topK, read) } }
    }

    /// How many pictures are read before somebody asks whether the task is cancelled.
    private static let picturesAtOnce = 16

    private func classifyTogether(
        _ paths: [String], _ topK: Int, _ read: @Sendable (String) throws(FileError) -> RGBImage.Decoded
    ) throws -> [Result<ClassifiedImage, FileError>] {
        var results = [Result<ClassifiedImage, FileError>?](repeating: nil, count: paths.count)
        // One batch for each size: processors that keep proportions make several.
        var batches: [[Int]: [(index: Int, file: PreparedFile)]] = [:]
        for start in stride(from: 0, to: paths.count, by: ImageClassifier.picturesAtOnce) {
            try Task.checkCancellation()
            let some = Array(paths[start...].prefix(ImageClassifier.picturesAtOnce))
            for (index, prepared) in prepare(some, read).enumerated() {
                switch prepared {
                case .success(let file):
                    let image = file.picture.image
                    batches[[image.width, image.height], default: []].append((start + index, file))
                case .failure(let error): results[start + index] = .failure(error)
                }
            }
        }
        for batch in batches.values {
            let pixels = processor.pixelValues(prepared: batch.map(\.file.picture))
            let features = model.features(of: pixels)
            let predictions = hasHead ? predictions(model.logits(features), topK: topK) : nil
            for (row, (index, file)) in batch.enumerated() {
                results[index] = .success(
                    ClassifiedImage(
                        predictions: predictions?[row] ?? [], features: features.rows(row..<row + 1).values,
                        image: file.picture.image, warnings: file.warnings))
            }
        }
        return results.allPresent()
    }

    /// Reads, resizes and crops pictures on all threads, so that no more large ones are in memory than there are threads.
    private func prepare(
        _ paths: [String], _ read: @Sendable (String) throws(FileError) -> RGBImage.Decoded
    ) -> [Result<PreparedFile, FileError>] {
        [Result<PreparedFile, FileError>](unsafeUninitializedCapacity: paths.count) { buffer, count in
            let start = buffer.baseAddress
            Threads.forEach(paths.count) { index in
                let result = Result<PreparedFile, FileError> { () throws(FileError) in
                    let decoded = try read(paths[index])
                    return PreparedFile(picture: try processor.prepared(decoded.image), warnings: decoded.warnings)
                }
                start?.advanced(by: index).initialize(to: result)
            }
            count = paths.count
        }
    }
}
