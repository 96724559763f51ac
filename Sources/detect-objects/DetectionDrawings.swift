import TesseraCommands
import TesseraDrawing
import TesseraFiles
import TesseraImage
import TesseraImageCommands
import TesseraTransformer
import TesseraVision

/// The files that `--draw` asks for.
struct DetectionDrawings {
    let outputs: PictureOutputs

    /// - Parameter output: a file for one input, or a folder for several.
    init(_ output: String?, of inputs: InputFiles) { outputs = PictureOutputs(output, of: inputs) }

    /// Draws what is in the picture of an input.
    ///
    /// - Throws: `FileError` when it cannot be drawn or written.
    func draw(_ objects: [DetectedObject], in picture: RGBImage, at index: Int) throws(FileError) {
        guard let path = outputs.file(at: index) else { return }
        let boxes = objects.map { object in
            DetectionDrawing.Box(
                xmin: Double(object.box.xmin), ymin: Double(object.box.ymin), xmax: Double(object.box.xmax),
                ymax: Double(object.box.ymax), text: "\(object.label) \(percent(object.score))", colour: object.index)
        }
        let drawing = DetectionDrawing(
            picture: picture.pixels, width: picture.width, height: picture.height, boxes: boxes)
        try writeDrawing(to: path) { try drawing.png() }
    }
}
