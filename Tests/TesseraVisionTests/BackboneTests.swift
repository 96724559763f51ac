import TesseraFiles
import TesseraImage
import TesseraLayers
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// Models without a classification head against what transformers computes from the same checkpoints: every folder of the
/// fixtures that has states and no logits.
@Suite struct BackboneTests {
    static let fixtures = classifierFixtures { $0.contains("last_hidden_state") && !$0.contains("logits") }

    @Test func thereAreFixtures() {
        #expect(Self.fixtures.count >= 2)
    }

    private func reference(_ fixture: String) throws -> Safetensors {
        try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
    }

    /// Where a checkpoint has no pooler, the class token sums a picture up. Float32 differs from the reference by the order of its
    /// sums; bfloat16 and int8 by their rounding, which scatters.
    @Test(arguments: fixtures, [(Precision.float32, 1e-4), (.bfloat16, 2e-2), (.int8, 5e-2)])
    func statesAndFeaturesEqualTheReference(
        fixture: String, _ test: (precision: Precision, tolerance: Double)
    ) throws {
        func error(_ found: Tensor, _ expected: Tensor) -> Double {
            test.precision == .float32
                ? Double(relativeError(found, expected)) : relativeDistance(found, expected)
        }
        let model = try ImageClassifier(folder: Fixtures.path(fixture), precision: test.precision).model
        let reference = try reference(fixture)
        for suffix in ["", ".other_size"] where reference.contains("pixel_values" + suffix) {
            let pixels = try reference.readTensor("pixel_values" + suffix)
            let states = try reference.readTensor("last_hidden_state" + suffix)
            #expect(error(model.states(of: pixels), states) <= test.tolerance, "states\(suffix)")
            let pooled = "pooler_output" + suffix
            let expected = reference.contains(pooled) ? try reference.readTensor(pooled) : states.token(0)
            let features = model.features(of: pixels)
            #expect(error(features, expected) <= test.tolerance, "features\(suffix)")
            #expect(features.shape == [pixels.shape[0], model.configuration.featureCount])
        }
    }

    /// A checkpoint that carries its class's prefix is the same model.
    @Test(arguments: fixtures)
    func namesMayCarryThePrefix(fixture: String) throws {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.path(fixture)) where name.hasSuffix("config.json") {
            folder.write(name, try InputFile(Fixtures.path("\(fixture)/\(name)")).contents(limit: 1 << 20))
        }
        let weights = try Safetensors(Fixtures.path(fixture + "/model.safetensors"))
        let type = try JSONObject.read(folder.file("config.json")).string("model_type")
        let tensors = try weights.names.map { (name: "\(type).\($0)", tensor: try weights.readTensor($0)) }
        try Safetensors.write(tensors, metadata: [], to: folder.file("model.safetensors"))
        let pixels = try reference(fixture).readTensor("pixel_values")
        let expected = try ImageClassifier(folder: Fixtures.path(fixture)).model.features(of: pixels)
        #expect(try ImageClassifier(folder: folder.path).model.features(of: pixels) == expected)
    }

    @Test(arguments: fixtures)
    func picturesBecomeTheNumbersOfTheReference(fixture: String) throws {
        let names = folderContents(Fixtures.path(fixture)).filter { $0.hasSuffix(".png") }
        guard let name = names.min() else { return }
        let picture = try RGBImage.read(Fixtures.path("\(fixture)/\(name)")).image
        let processor = try ImageClassifier(folder: Fixtures.path(fixture)).processor
        let expected = try reference(fixture).readTensor("pixel_values").rows(0..<1)
        #expect(relativeError(try processor.pixelValues([picture]), expected) <= 1e-5)
    }

    /// Whatever config.json says of labels: some are written with none.
    @Test(arguments: [#""id2label": {}"#, #""id2label": {"0": "a"}, "problem_type": "regression""#])
    func labelsDoNotCount(_ members: String) throws {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.ownPath("vit-backbone")) {
            folder.write(name, try InputFile(Fixtures.ownPath("vit-backbone/\(name)")).contents(limit: 1 << 24))
        }
        let bytes = try InputFile(folder.file("config.json")).contents(limit: 1 << 20)
        folder.write(
            "config.json", "{\(members), " + String(decoding: bytes.drop { $0 != 0x7B }.dropFirst(), as: UTF8.self))
        #expect(try !ImageClassifier(folder: folder.path).hasHead)
    }

    @Test(arguments: fixtures)
    func picturesHaveEmbeddingsAndNoLabels(fixture: String) throws {
        let classifier = try ImageClassifier(folder: Fixtures.path(fixture))
        #expect(!classifier.hasHead && classifier.labels == [])
        let picture = RGBImage(width: 60, height: 40, pixels: (0..<7200).map { UInt8($0 % 251) })
        let features = try classifier.features([picture])
        #expect(features.shape == [1, classifier.model.configuration.featureCount])
        let error = #expect(throws: FileError.self) { _ = try classifier.classify(picture) }
        #expect(error?.description == Fixtures.path(fixture) + ": has no classification head")
        let map = try classifier.attentionMap(picture)
        #expect(map.weights.count == map.rows * map.columns && abs(map.weights.reduce(0, +)) <= 1 + 1e-4)
    }

    /// A training gives it a head, where transformers has a class with one.
    @Test(arguments: fixtures)
    func headsAreTrainedOnThem(fixture: String) throws {
        let config = try JSONObject.read(Fixtures.path(fixture + "/config.json"))
        guard try config.string("model_type") != "dinov3_vit" else {
            #expect(throws: FileError.self) {
                try ClassifierFolder(finetuning: Fixtures.path(fixture), labels: ["disc", "square"])
            }
            return
        }
        let output = TemporaryFolder()
        let start = try ClassifierFolder(finetuning: Fixtures.path(fixture), labels: ["disc", "square"])
        let model = try start.initialModel(seed: 1)
        try start.write(model, to: output.path)
        let trained = try ImageClassifier(folder: output.path)
        #expect(trained.labels == ["disc", "square"])
        let pixels = try reference(fixture).readTensor("pixel_values")
        #expect(relativeError(trained.model.states(of: pixels), model.ready().states(of: pixels)) <= 1e-5)
        #expect(trained.model(pixels).shape == [pixels.shape[0], 2])
    }
}
