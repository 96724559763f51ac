import TesseraFiles
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// The folders of the fixtures that a classifier opens, and whose reference is as `isWanted` says.
func classifierFixtures(where isWanted: (Safetensors) -> Bool) -> [String] {
    Fixtures.models(ofTypes: ImageClassifier.supportedModelTypes, where: isWanted)
}

/// The families against what transformers computes from the same checkpoints: every folder of the fixtures that a
/// classifier opens and that has logits to compare with.
@Suite struct ParityTests {
    static let fixtures = fixtures(with: "logits")
    static let fixturesWithAttentions = fixtures(with: "attentions.0", "attentions.last")
    static let fixturesWithStates = fixtures(with: "hidden_states.0")

    private static func fixtures(with names: String...) -> [String] {
        classifierFixtures { reference in (names + ["pixel_values"]).allSatisfy(reference.contains) }
    }

    @Test(arguments: [fixtures, fixturesWithAttentions, fixturesWithStates])
    func thereAreFixtures(_ names: [String]) {
        #expect(names.count >= 1)
    }

    /// Float32 differs from the reference by the order of its sums; bfloat16 and int8 by their rounding.
    @Test(arguments: fixtures, [(Precision.float32, Float(1e-4)), (.bfloat16, 2e-2), (.int8, 5e-2)])
    func logitsEqualTheReference(fixture: String, _ test: (precision: Precision, tolerance: Float)) throws {
        let classifier = try ImageClassifier(folder: Fixtures.path(fixture), precision: test.precision)
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        for suffix in ["", ".other_size"] where reference.contains("logits" + suffix) {
            let expected = try reference.readTensor("logits" + suffix)
            let logits = classifier.model(try reference.readTensor("pixel_values" + suffix))
            #expect(relativeError(logits, expected) <= test.tolerance, "logits\(suffix)")
            #expect(logits.largestOfRows() == expected.largestOfRows(), "logits\(suffix)")
        }
    }

    /// One classifier in several tasks at once, whose work meets in the one pool of threads.
    @Test(arguments: fixtures)
    func tasksShareAClassifier(fixture: String) async throws {
        let classifier = try ImageClassifier(folder: Fixtures.path(fixture))
        let pixels = try Safetensors(Fixtures.path(fixture + "/reference.safetensors")).readTensor("pixel_values")
        let alone = classifier.model(pixels)
        await withTaskGroup(of: Tensor.self) { group in
            for _ in 0..<16 { group.addTask { classifier.model(pixels) } }
            for await together in group { #expect(together == alone) }
        }
    }

    @Test(arguments: fixturesWithAttentions)
    func attentionsEqualTheReference(fixture: String) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let classifier = try ImageClassifier(folder: Fixtures.path(fixture))
        let layerCount = classifier.model.configuration.layerCount
        let attentions = classifier.model.attentionProbabilities(
            try reference.readTensor("pixel_values"), layers: 0..<layerCount)
        for (name, layer) in [("attentions.0", 0), ("attentions.last", layerCount - 1)] {
            let expected = try reference.readTensor(name)
            #expect(zip(attentions[layer].values, expected.values).allSatisfy { abs($0 - $1) <= 1e-5 }, "\(name)")
            #expect(attentions[layer].shape == expected.shape)
        }
    }

    @Test(arguments: fixturesWithStates)
    func embeddedTokensEqualTheReference(fixture: String) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let classifier = try ImageClassifier(folder: Fixtures.path(fixture))
        let tokens = classifier.model.embedded(try reference.readTensor("pixel_values"))
        #expect(relativeError(tokens, try reference.readTensor("hidden_states.0")) <= 1e-5)
    }

    /// Of models with stages: what leaves each, its merging included.
    @Test(arguments: fixturesWithStates)
    func stagesEqualTheReference(fixture: String) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let model = try ImageClassifier(folder: Fixtures.path(fixture)).model
        guard let hierarchy = model.hierarchy else { return }
        for suffix in ["", ".other_size"] where reference.contains("pixel_values" + suffix) {
            let pixels = try reference.readTensor("pixel_values" + suffix)
            var states: [Tensor] = []
            _ = hierarchy(model.embedded(pixels), grid: model.grid(of: pixels)) { states.append($0) }
            #expect(states.count == hierarchy.stages.count + 1)
            for (index, state) in states.enumerated() {
                let expected = try reference.readTensor("hidden_states.\(index)\(suffix)")
                #expect(relativeError(state, expected) <= 1e-4, "\(index)\(suffix)")
            }
        }
    }
}
