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

    /// Both are float32 and differ by the order of their sums. Errors are shares of the model's largest gradient. Where a part is trained
    /// alone, it has the same gradient, and what is frozen has none.
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
        let parameters = gradient.takeParameters()
        let expected = try zip(parameters.names, parameters.tensors).map { name, tensor in
            let candidates = names.sources(of: name).map { "gradient." + $0.name }
            let found = try #require(candidates.first(where: reference.contains), "\(name)")
            return try reference.readTensor(found).reshaped(tensor.shape)
        }
        let largest = expected.flatMap(\.values).map(abs).max() ?? 0
        #expect(parameters.areSomeWanted)
        for (index, name) in parameters.names.enumerated() {
            guard trained.isEmpty || name == trained || name.hasPrefix(trained + ".") else {
                #expect(!parameters.tensors[index].isWanted, "\(name)")
                continue
            }
            let difference = zip(parameters.tensors[index].values, expected[index].values).map { abs($0 - $1) }.max()
            #expect(difference ?? .infinity <= 1e-4 * largest, "\(name)")
        }
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
