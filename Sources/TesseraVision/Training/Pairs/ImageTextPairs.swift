package import TesseraFiles
internal import TesseraImage
internal import TesseraTensor
internal import TesseraTraining

/// Pairs of a picture and a text to train two towers on.
package struct ImageTextPairs: TrainingData {
    /// Those whose pictures could be read.
    package let pairs: [ImageTextPair]
    /// Why the others could not.
    package let unreadable: [FileError]
    /// How many texts lost their ends, since the model has no room for them.
    package let truncatedCount: Int
    private let folder: TwoTowerFolder
    private let pictures: VariedPictures
    /// Of the text of each pair.
    private let tokens: [[Int32]]

    package var sampleCount: Int { pairs.count }

    /// Reads every picture once, on all threads, and makes tokens of the texts.
    ///
    /// - Parameters:
    ///   - folder: of the model; its weights are not looked at.
    ///   - augmentation: how pictures are varied, without mixing.
    ///   - seed: of the variation.
    ///   - memoryLimit: in bytes, for all pictures together.
    ///   - progress: is told from time to time how many more pictures were read.
    /// - Throws: `FileError` when a text has no tokens.
    package init(
        reading pairs: [ImageTextPair], folder: TwoTowerFolder, augmentation: ImageAugmentation, seed: UInt64,
        memoryLimit: Int = 1 << 30, progress: (Int) -> Void = { _ in }
    ) throws(FileError) {
        precondition(augmentation.mixingProbability == 0, "a mixture of pictures has no text")
        self.folder = folder
        pictures = VariedPictures(
            reading: pairs.map(\.image), processor: folder.processor, augmentation: augmentation, seed: seed,
            memoryLimit: memoryLimit, progress: progress)
        let failed = Set(pictures.failures.map(\.index))
        self.pairs = pairs.indices.filter { !failed.contains($0) }.map { pairs[$0] }
        unreadable = pictures.failures.map { pairs[$0.index].naming($0.error) }
        var (tokens, truncatedCount): ([[Int32]], Int) = ([], 0)
        for pair in self.pairs {
            let encoded = try folder.tokenizer.encode(pair.text)
            tokens.append(encoded.tokens)
            truncatedCount += encoded.isTruncated ? 1 : 0
        }
        (self.tokens, self.truncatedCount) = (tokens, truncatedCount)
    }

    /// The pairs with these numbers, their pictures varied as the augmentation says.
    ///
    /// - Throws: `FileError` when a picture is not kept in memory and can no longer be read.
    package func batch(_ samples: [Int], epoch: Int) throws -> PairBatch {
        let varied = try samples.map { PreparedPicture(try pictures.picture($0, epoch: epoch)) }
        return PairBatch(pixels: folder.processor.pixelValues(prepared: varied), texts: samples.map { tokens[$0] })
    }
}

extension ImageTextPair {
    /// What is wrong with the picture, naming where it is written down.
    fileprivate func naming(_ error: FileError) -> FileError {
        let places = [error.place, place].compactMap(\.self)
        return FileError(error.kind, path: error.path, cause: error.cause, place: places.joined(separator: ", "))
    }
}
