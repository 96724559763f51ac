import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraVision
import TestSupport
import Testing

/// The gradients of a classifier's cross-entropy against PyTorch's: every folder of the fixtures with gradients.
@Suite struct GradientTests {
    static let fixtures = classifierFixtures { reference in
        reference.contains("labels") && reference.names.contains { $0.hasPrefix("gradient.") }
    }

    @Test func thereAreFixtures() {
        #expect(Self.fixtures.count >= 1)
    }

    @Test(
        arguments: fixtures,
        [
            "", "classifier", "encoder.blocks.1", "encoder.blocks.0.attention.key", "patchEmbedding",
            "hierarchy.stages.1", "hierarchy.stages.0.blocks.1.relativePositions",
        ])
    func gradientsEqualPyTorchs(fixture: String, trained: String) throws {
        let path = Fixtures.path(fixture)
        let reference = try Safetensors(path + "/reference.safetensors")
        let labels = try ImageClassifier(folder: path).labels
        let folder = try ClassifierFolder(finetuning: path, labels: labels)
        let initial = try folder.initialModel(seed: 0)
        // Swin has stages, and the other families blocks.
        guard trained.isEmpty || initial.zeros(wanting: trained).isWanted else { return }
        let model = initial.preparedForTraining(.float32)

        var gradient = initial.zeros(wanting: trained)
        let (logits, saved) = model.forward(
            try reference.readTensor("pixel_values"), for: gradient, random: RandomGenerator(seed: 0))
        model.backward(
            meanCrossEntropyGradient(logits, try reference.readTensor("labels")), saved, into: &gradient)

        let parameters = gradient.takeParameters()
        #expect(try gradientMismatches(parameters, reference, names: folder.names, wanting: trained) == [])
    }

    /// ∂/∂logits of the mean of -log softmax(logits)[label]: (softmax(logits) - 1[label]) / batch.
    private func meanCrossEntropyGradient(_ logits: Tensor, _ labels: Tensor) -> Tensor {
        var gradient = logits.softmax()
        let batch = gradient.shape[0]
        for (row, label) in labels.values.enumerated() { gradient[row, Int(label)] -= 1 }
        gradient *= 1 / Float(batch)
        return gradient
    }
}

/// The losses of a few steps of AdamW against PyTorch's: every folder of the fixtures with gradients and several losses. They
/// were trained with a rate of 3e-3 and a weight decay of 0.1 on every parameter.
@Suite struct LossTests {
    static let fixtures = classifierFixtures { ($0.shape(of: "losses")?.first ?? 0) > 1 }

    @Test func thereAreFixtures() {
        #expect(Self.fixtures.count >= 1)
    }

    @Test(arguments: fixtures)
    func lossesEqualPyTorchs(fixture: String) throws {
        let path = Fixtures.path(fixture)
        let reference = try Safetensors(path + "/reference.safetensors")
        let labels = try ImageClassifier(folder: path).labels
        let batch = LabelledBatch(
            pixels: try reference.readTensor("pixel_values"),
            labels: try reference.readTensor("labels").values.map { Int($0) }, classCount: labels.count)
        let expected = try reference.readTensor("losses").values

        var settings = TrainingSettings()
        (settings.epochs, settings.batchSize) = (expected.count, batch.sampleCount)
        (settings.learningRate, settings.schedule) = (3e-3, Schedule(.constant))
        (settings.optimizer, settings.weightDecayGroup) = (.adamW(AdamW(weightDecay: 0.1)), .all)
        settings.clipNorm = nil
        let model = try ClassifierFolder(finetuning: path, labels: labels).initialModel(seed: 0)
        var trainer = try Trainer(ImageClassification(), model: model, data: batch, settings: settings)
        var losses: [Double] = []
        _ = try trainer.run { losses.append($0.loss) }
        #expect(losses.count == expected.count)
        #expect(zip(losses, expected).allSatisfy { abs($0 - Double($1)) <= 1e-4 }, "\(losses), \(expected)")
    }
}

/// A few pictures, all of which make a batch.
private struct LabelledBatch: TrainingData {
    let pixels: Tensor
    let labels: [Int]
    let classCount: Int

    var sampleCount: Int { labels.count }

    func batch(_ samples: [Int], epoch: Int) -> ImageBatch {
        var targets = Tensor(shape: [samples.count, classCount], repeating: 0)
        for (row, sample) in samples.enumerated() { targets[row, labels[sample]] = 1 }
        let size = pixels.count / labels.count
        let values = pixels.values
        return ImageBatch(
            pixels: Tensor(
                shape: [samples.count] + pixels.shape.dropFirst(),
                samples.flatMap { values[$0 * size..<($0 + 1) * size] }),
            targets: targets)
    }
}
