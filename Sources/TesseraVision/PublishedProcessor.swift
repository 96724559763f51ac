internal import TesseraFiles
internal import TesseraImage
internal import TesseraTransformer

extension ImageProcessor {
    /// What preprocessor_config.json or processor_config.json says, or, where there is neither, what those of the family's published
    /// checkpoints say, with a warning.
    ///
    /// - Parameters:
    ///   - kind: the family's own class.
    ///   - modelType: what the family is called.
    ///   - imageSize: the side of the model's pictures, in pixels.
    /// - Throws: `FileError` naming the key.
    static func published(
        _ folder: ModelFolder, _ kind: ImageProcessorClass, modelType: String, imageSize: Int
    ) throws(FileError) -> (processor: ImageProcessor, warnings: [String]) {
        if let settings = try folder.settings(of: .image) {
            return (try ImageProcessor(settings, standardClass: kind), [])
        }
        let processor = ImageProcessor.standard(kind, imageSize: imageSize)
        let cause = "has no preprocessor_config.json: the values of published \(modelType) models are taken"
        return (processor, ["\(cause), \(processor.summary)"])
    }

    /// The same for a classifier.
    static func published(
        _ folder: ModelFolder, _ family: any VisionFamily.Type, _ configuration: VisionConfiguration
    ) throws(FileError) -> (processor: ImageProcessor, warnings: [String]) {
        try published(
            folder, family.imageProcessorClass, modelType: family.modelType,
            imageSize: max(configuration.imageHeight, configuration.imageWidth))
    }
}
