import TesseraCommands
import TesseraDrawing
import TesseraTransformer
import TesseraVision

/// Draws the picture beside where the model looks in it, under what the model says.
func drawAttentionMap(_ map: AttentionMap, of picture: ClassifiedImage, caption: String, to path: String) throws {
    let title = picture.predictions.first.map { "\($0.label)  \(percent($0.score))" } ?? ""
    let drawing = AttentionMapDrawing(
        picture: picture.image.pixels, width: picture.image.width, height: picture.image.height,
        weights: map.weights, rows: map.rows, columns: map.columns, title: title, caption: caption)
    try writeDrawing(to: path) { try drawing.png() }
}
