import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// The loss of a detector and its gradients against transformers': every folder of the fixtures of a detector with gradients.
@Suite struct DetectionGradientTests {
    static let fixtures = Fixtures.models(ofTypes: ObjectDetector.supportedModelTypes) { $0.contains("boxes.0") }

    @Test func thereAreFixtures() {
        #expect(!Self.fixtures.isEmpty)
    }

    private func batch(_ reference: Safetensors) throws -> DetectionBatch {
        let pixels = try reference.readTensor("pixel_values")
        return DetectionBatch(
            try (0..<pixels.shape[0]).map { picture in
                let labels =
                    reference.contains("labels.\(picture)") ? try reference.readTensor("labels.\(picture)").values : []
                let boxes = try reference.readTensor("boxes.\(picture)").reshaped([1, labels.count, 4]).boxShares
                return AnnotatedPixels(
                    pixels: pixels.rows(picture..<picture + 1),
                    objects: zip(labels, boxes).map { AnnotatedObject(label: Int($0), box: $1) })
            })
    }

    @Test(
        arguments: fixtures,
        ["", "labelHead", "backbone.encoder.blocks.1", "backbone.detectionTokens", "backbone.positions"])
    func lossAndGradientsEqualTransformers(fixture: String, trained: String) throws {
        let path = Fixtures.path(fixture)
        let reference = try Safetensors(path + "/reference.safetensors")
        let folder = try ObjectDetectorFolder(
            finetuning: path, labels: try ObjectDetector(ModelFolder(path)).labels)
        let initial = try folder.initialModel(seed: 0)
        let objective = ObjectDetection(loss: try folder.loss())
        let batch = try batch(reference)

        var gradient = initial.zeros(wanting: trained)
        let report = objective.accumulate(
            initial.preparedForTraining(.float32), batch, scale: 1 / Float(batch.count),
            random: RandomGenerator(seed: 0),
            into: &gradient)
        let loss = Double(try reference.readTensor("losses").values[0])
        #expect(abs(report.lossSum / Double(batch.count) - loss) <= 1e-5 * loss)
        let evaluated = objective.evaluate(initial.ready(), batch)
        #expect(abs(evaluated.lossSum / Double(batch.count) - loss) <= 1e-5 * loss)

        let names = folder.names(of: gradient)
        #expect(try gradientMismatches(gradient.takeParameters(), reference, names: names, wanting: trained) == [])
    }

    /// What the folder then holds is a detector that finds the same.
    @Test(arguments: fixtures)
    func trainedFoldersAreDetectors(fixture: String) throws {
        let output = TemporaryFolder()
        let start = try ObjectDetectorFolder(finetuning: Fixtures.path(fixture), labels: ["disc", "square"])
        let model = try start.initialModel(seed: 1)
        try start.write(model, to: output.path)
        let trained = try ObjectDetector(ModelFolder(output.path))
        #expect(trained.labels == ["disc", "square"])
        // transformers asks for the shapes that it has written.
        let (written, read) = (
            try Safetensors(output.file("model.safetensors")),
            try Safetensors(Fixtures.path(fixture + "/model.safetensors"))
        )
        #expect(Set(written.names) == Set(read.names))
        for name in read.names where !name.hasPrefix("class_labels_classifier.layers.2.") {
            #expect(written.shape(of: name) == read.shape(of: name), "\(name)")
        }
        let original = try ObjectDetector(ModelFolder(Fixtures.path(fixture)))
        let pixels = try Safetensors(Fixtures.path(fixture + "/reference.safetensors")).readTensor("pixel_values")
        let (found, before) = (trained.network(pixels), original.network(pixels))
        #expect(found.logits.shape == [pixels.shape[0], before.logits.shape[1], 3])
        #expect(relativeError(found.boxes, before.boxes) <= 1e-5)
        #expect(trained.processor.fixedSize == nil && original.processor.fixedSize == nil)
    }
}
