import TesseraCommands
import TesseraDrawing
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraTransformer
import TesseraVision

/// The files that `--map` and `--draw` ask for.
struct SegmentationOutputs {
    /// Of the label maps, and of the drawings.
    let maps, drawings: PictureOutputs

    init(map: String?, draw: String?, of inputs: InputFiles) {
        (maps, drawings) = (PictureOutputs(map, of: inputs), PictureOutputs(draw, of: inputs))
    }

    /// All of them.
    var files: [String] { maps.files + drawings.files }

    /// Writes what is asked for of an input's picture.
    ///
    /// - Throws: `FileError` when it cannot be drawn or written.
    func write(_ segmentation: Segmentation, of picture: RGBImage, at index: Int) throws(FileError) {
        if let path = maps.file(at: index) { try segmentation.writeLabelMap(to: path) }
        guard let path = drawings.file(at: index) else { return }
        let drawing = SegmentationDrawing(
            picture: picture.pixels, width: picture.width, height: picture.height, labelMap: segmentation.labelMap,
            labels: segmentation.parts.map { .init(index: $0.index, text: "\($0.label) \(percent($0.share))") })
        try writeDrawing(to: path) { try drawing.png() }
    }
}
