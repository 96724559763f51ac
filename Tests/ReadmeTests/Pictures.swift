import TesseraImage
import TesseraVision

// swift-format-ignore
func readmePictures() async throws {
    let classifier = try ImageClassifier(folder: "Models/vit-cifar10", precision: .bfloat16)
    let picture = try RGBImage.read("Samples/pictures/cat.png").image
    for prediction in try classifier.classify(picture, topK: 3) {
        print(prediction.label, prediction.score)
    }
    let embedding = try classifier.features([picture])             // [1, 192]
    let map = try classifier.attentionMap(picture, .allLayers)     // a weight for each of 8 × 8 patches
    // Not in README.
    _ = (embedding, map)
}
