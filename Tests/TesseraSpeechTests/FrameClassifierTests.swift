import TesseraFiles
import TesseraLayers
import TesseraSpeech
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

/// The detector's network against what PyTorch computes from the same checkpoints.
@Suite struct FrameClassifierTests {
    static let fixtures = Fixtures.models(ofTypes: ["speech-detector"])

    @Test func thereAreFixtures() { #expect(Self.fixtures.count >= 1) }

    private func reference(_ fixture: String) throws -> Safetensors {
        try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
    }

    private func model(_ fixture: String) throws -> Trainable<FrameClassifier> {
        try DetectorFolder(finetuning: Fixtures.path(fixture)).initialModel(seed: 0)
    }

    private func batch(_ reference: Safetensors) throws -> DetectorBatch {
        DetectorBatch(
            frames: try reference.readTensor("input_features"), targets: try reference.readTensor("labels"))
    }

    /// Both are float32 and differ by the order of their sums.
    @Test(arguments: fixtures)
    func logitsEqualTheReference(fixture: String) throws {
        let reference = try reference(fixture)
        let logits = try model(fixture).ready().logits(reference.readTensor("input_features"))
        #expect(relativeError(logits, try reference.readTensor("logits")) <= 1e-5)
    }

    /// Errors are shares of the largest gradient of the model. Where a part is trained alone, it has the same gradient, and what is
    /// frozen has none.
    @Test(arguments: fixtures, ["", "head", "encoder.blocks.1", "positions", "frameEmbedding"])
    func gradientsEqualPyTorchs(fixture: String, trained: String) throws {
        let (reference, model) = (try reference(fixture), try model(fixture))
        let batch = try batch(reference)
        var gradient = model.zeros(wanting: trained)
        let report = SpeechDetection().accumulate(
            model.preparedForTraining(.float32), batch, scale: 1 / Float(batch.count), random: RandomGenerator(seed: 0),
            into: &gradient)
        let loss = Double(try reference.readTensor("loss").values[0])
        #expect(abs(report.meanLoss - loss) <= 1e-5 * loss)
        #expect(abs(SpeechDetection().evaluate(model.ready(), batch).meanLoss - loss) <= 1e-5 * loss)
        let parameters = gradient.takeParameters()
        var (largest, differences): (Float, [(name: String, difference: Float)]) = (0, [])
        for (name, tensor) in zip(parameters.names, parameters.tensors) {
            let source = FrameClassifier.names(of: model.layers).sources(of: name)[0].name
            let expected = try reference.readTensor("gradient." + source).values
            largest = max(largest, expected.map(abs).max() ?? 0)
            guard trained.isEmpty || name == trained || name.hasPrefix(trained + ".") else {
                #expect(!tensor.isWanted, "\(name)")
                continue
            }
            differences.append((name, zip(tensor.values, expected).map { abs($0 - $1) }.max() ?? .infinity))
        }
        #expect(!differences.isEmpty)
        if trained.isEmpty { #expect(differences.count == reference.names.count { $0.hasPrefix("gradient.") }) }
        for (name, difference) in differences { #expect(difference <= 1e-4 * largest, "\(name)") }
    }
}
