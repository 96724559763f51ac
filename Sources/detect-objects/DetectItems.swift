import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraVision

/// The part of the command that `--manifest`, `--shard` and `--output` ask for.
extension DetectObjects {
    /// Finds objects in picture after picture, and gives a line of JSON for each.
    func detectItems(_ inputs: InputFiles) throws {
        try items.refuse([("--draw", draw != nil), ("--format", format != nil && format != .jsonl)])
        let detectAll = try ItemRun(
            items, arguments: inputs, key: "image", results: ["width", "height", "objects"], run: common.run)
        let folder = try modelFolder()
        try detectAll.begin(model: folder)
        let detector = try loadDetector(folder)
        try detectAll { items in try items.map { try result($0, detector) } }
    }

    private func result(_ item: Item, _ detector: ObjectDetector) throws -> ItemResult {
        try ItemResult {
            let decoded = try readImage(of: item)
            for warning in decoded.warnings { common.run.warn("\(item.name): \(warning)") }
            let objects = try detector.detect(decoded.image, threshold: threshold)
            return ItemResult { json in objects.write(in: decoded.image, to: &json) }
        }
    }
}
