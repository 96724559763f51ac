import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraVision

/// The part of the command that `--manifest`, `--shard` and `--output` ask for.
extension SegmentImage {
    /// Segments picture after picture, and gives a line of JSON for each.
    func segmentItems(_ inputs: InputFiles) throws {
        try items.refuse([
            ("--map", map != nil), ("--draw", draw != nil), ("--format", format != nil && format != .jsonl),
        ])
        let segmentAll = try ItemRun(
            items, arguments: inputs, key: "image", results: ["width", "height", "labels"], run: common.run)
        let folder = try modelFolder()
        try segmentAll.begin(model: folder)
        let segmenter = try loadSegmenter(folder)
        try segmentAll { items in try items.map { try result($0, segmenter) } }
    }

    private func result(_ item: Item, _ segmenter: ImageSegmenter) throws -> ItemResult {
        try ItemResult {
            let decoded = try readImage(of: item)
            for warning in decoded.warnings { common.run.warn("\(item.name): \(warning)") }
            let segmentation = try segmenter.segment(decoded.image)
            return ItemResult { json in segmentation.write(to: &json) }
        }
    }
}
