import ArgumentParser
import TesseraDrawing
import TesseraFiles
import TesseraTransformer
import TesseraVision

/// One head of one layer, both counted from 0: `5:2`.
struct AttentionHead: ExpressibleByArgument {
    let layer: Int
    let head: Int

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let layer = parts[0], let head = parts[1], layer >= 0, head >= 0 else { return nil }
        (self.layer, self.head) = (layer, head)
    }

    var kind: AttentionMap.Kind { .head(layer: layer, head: head) }
    var caption: String { "attention of layer \(layer), head \(head)" }

    /// - Throws: `ValidationError` naming what the model has instead.
    func check(_ classifier: ImageClassifier) throws {
        let configuration = classifier.model.configuration
        let (layers, heads) = (configuration.layerCount, configuration.block.headCount)
        guard layer < layers, head < heads else {
            throw ValidationError(
                "--attention-head \(layer):\(head) is not there: this model has layers 0 to \(layers - 1) "
                    + "with heads 0 to \(heads - 1).")
        }
    }
}

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
