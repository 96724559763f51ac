import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// The gradients of a classifier's cross-entropy against PyTorch's: every folder of the fixtures with gradients.
@Suite struct GradientTests {
    static let fixtures: [String] = Fixtures.folders(with: "config.json", "model.safetensors", "reference.safetensors")
        .filter { name in
            guard let config = try? JSONObject.read(Fixtures.path(name + "/config.json")),
                let type = try? config.string("model_type"), supportedModelTypes.contains(type)
            else { return false }
            let reference = try? Safetensors(Fixtures.path(name + "/reference.safetensors"))
            return reference?.names.contains { $0.hasPrefix("gradient.") } ?? false
        }

    @Test func thereAreFixtures() {
        #expect(Self.fixtures.count >= 1)
    }

    /// Both are float32 and differ by the order of their sums. Errors are shares of the largest gradient of the model: a key
    /// bias's is zero in exact arithmetic.
    @Test(arguments: fixtures, [false, true])
    func gradientsEqualPyTorchs(fixture: String, packed: Bool) throws {
        let path = Fixtures.path(fixture)
        let reference = try Safetensors(path + "/reference.safetensors")
        let labels = try ImageClassifier(folder: path).labels
        let folder = try ClassifierFolder(finetuning: path, labels: labels)
        let dense = try folder.initialModel(seed: 0)
        let model = packed ? dense.preparedForTraining(.float32) : dense

        let (logits, saved) = model.forward(
            try reference.readTensor("pixel_values"), random: RandomGenerator(seed: 0))
        var gradient = dense.zeros()
        model.backward(
            meanCrossEntropyGradient(logits, try reference.readTensor("labels")), saved, into: &gradient)

        let parameters = gradient.takeParameters()
        let expected = try zip(parameters.names, parameters.tensors).map { name, tensor in
            let candidates = folder.names.sources(of: name).map { "gradient." + $0.name }
            let found = try #require(candidates.first(where: reference.contains), "\(name)")
            return try reference.readTensor(found).reshaped(tensor.shape)
        }
        let largest = expected.flatMap(\.values).map(abs).max() ?? 0
        for (index, name) in parameters.names.enumerated() {
            let difference =
                zip(parameters.tensors[index].values, expected[index].values)
                .map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= 1e-4 * largest, "\(name)")
        }
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
