import TesseraFiles
import TesseraVision

extension SegmentImage {
    /// Loads the model; of one that another command runs it says which.
    func loadSegmenter(_ folder: ModelFolder) throws -> ImageSegmenter {
        let config = try folder.read("config.json")
        if let type = try? config.string("model_type"), let command = Self.command(running: type) {
            throw config.error("model_type", "\(type.quoted) has no segmentation head: \(command) runs it")
        }
        return try ImageSegmenter(folder, precision: common.precision)
    }

    /// The command that runs models of a type; nil of those that this one runs, or none.
    private static func command(running type: String) -> String? {
        let others = [
            ("classify-image", ImageClassifier.supportedModelTypes),
            ("detect-objects", ObjectDetector.supportedModelTypes),
        ]
        guard !ImageSegmenter.supportedModelTypes.contains(type) else { return nil }
        return others.first { $0.1.contains(type) }?.0
    }
}
