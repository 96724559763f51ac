import TesseraDrawing
import TesseraFiles
import TesseraTransformer
import TesseraVision

/// Draws the picture beside where the model looks in it, under what the model says.
func drawAttentionMap(_ map: AttentionMap, of picture: ClassifiedImage, caption: String, to path: String) throws {
    let title = picture.predictions.first.map { "\($0.label)  \(percent($0.score))" } ?? ""
    let drawing = AttentionMapDrawing(
        picture: picture.image.pixels, width: picture.image.width, height: picture.image.height,
        weights: map.weights, rows: map.rows, columns: map.columns, title: title, caption: caption)
    do {
        try writeAtomically(to: path, try drawing.png())
    } catch let error as DrawingError {
        throw FileError(.badData, path: path, cause: "cannot be drawn: \(error)")
    }
}
