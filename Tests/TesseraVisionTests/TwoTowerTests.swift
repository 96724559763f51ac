import TesseraFiles
import TesseraImage
import TesseraTensor
import TesseraVision
import TestSupport
import Testing

/// Checkpoints whose pictures share a space with texts, against what transformers computes from them.
@Suite struct TwoTowerTests {
    static let fixtures = Fixtures.models(ofTypes: TextTower.supportedModelTypes) { reference in
        ["pixel_values", "input_ids", "image_embeds", "text_embeds", "logits_per_image"].allSatisfy(reference.contains)
    }
    static let precisions = [(Precision.float32, Float(1e-4)), (.bfloat16, 3e-2), (.int8, 8e-2)]

    @Test func thereAreFixtures() { #expect(TwoTowerTests.fixtures.count >= 2) }

    /// Float32 differs from the reference by the order of its sums; bfloat16 and int8 by their rounding.
    @Test(arguments: fixtures, precisions)
    func featuresEqualTheReference(fixture: String, _ test: (precision: Precision, tolerance: Float)) throws {
        let folder = try ModelFolder(Fixtures.path(fixture))
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let classifier = try ImageClassifier(folder, precision: test.precision)
        let pictures = classifier.model.features(of: try reference.readTensor("pixel_values"))
        #expect(relativeError(pictures, try reference.readTensor("image_embeds")) <= test.tolerance)
        let tower = try TextTower(folder, precision: test.precision)
        let texts = tower.network.features(of: try tokens(reference))
        #expect(relativeError(texts, try reference.readTensor("text_embeds")) <= test.tolerance)
    }

    @Test(arguments: fixtures)
    func statesOfTextsEqualTheReference(fixture: String) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let tower = try TextTower(ModelFolder(Fixtures.path(fixture)))
        let states = tower.network.states(of: Array(try tokens(reference).prefix(1)))
        let expected = try reference.readTensor("text.last_hidden_state.0")
        // Rows of padding are zeroed in the reference where they are not attended to.
        let width = expected.shape[2]
        let kept = (0..<expected.shape[1]).filter { row in
            expected.values[row * width..<(row + 1) * width].contains { $0 != 0 }
        }
        #expect(!kept.isEmpty)
        for row in kept {
            let range = row * width..<(row + 1) * width
            #expect(zip(states.values[range], expected.values[range]).allSatisfy { abs($0 - $1) <= 1e-4 }, "\(row)")
        }
    }

    /// Texts, templates and pictures by themselves, as users give them.
    @Test(arguments: fixtures)
    func labelsInWordsEqualThePipeline(fixture: String) throws {
        let folder = try ModelFolder(Fixtures.path(fixture))
        let expected = try JSONObject.read(Fixtures.path(fixture + "/expected.json"))
        let (classifier, tower) = (try ImageClassifier(folder), try TextTower(folder))
        let runs = try expected.objects("zero_shot")
        #expect(!runs.isEmpty)
        for run in runs {
            let scores = try run.objects("scores")
            let labels = try scores.map { try $0.string("label") }
            let labelled = try classifier.labelled(labels, template: run.string("hypothesis_template"), by: tower)
            let picture = try RGBImage.read(Fixtures.path("\(fixture)/\(run.string("picture"))")).image
            let found = try labelled.classify(picture, topK: labels.count)
            #expect(found.map(\.label) == labels)
            for (prediction, score) in zip(found, scores) {
                #expect(abs(prediction.score - Float(try score.number("score", in: 0...1))) <= 1e-4)
            }
        }
    }

    /// Pictures that tasks classify at once by different labels pass the tower together, and come to their own labels.
    @Test(arguments: fixtures)
    func labelsOfManyTasksAreKeptApart(fixture: String) async throws {
        let folder = try ModelFolder(Fixtures.path(fixture))
        let (classifier, tower) = (try ImageClassifier(folder), try TextTower(folder))
        let picture = try RGBImage.read(Fixtures.path("\(fixture)/picture0.png")).image
        let models = try (1...4).map { count in
            try classifier.labelled((0..<count).map { "thing \($0) of \(count)" }, by: tower)
        }
        let expected = try models.map { try $0.classify(picture) }
        let found = try await withThrowingTaskGroup(of: (Int, [Prediction]).self) { group in
            for index in 0..<64 {
                let model = models[index % models.count]
                group.addTask { (index, try await LongComputation.run { try model.classify(picture) }) }
            }
            return try await group.reduce(into: [(Int, [Prediction])]()) { $0.append($1) }
        }
        #expect(found.count == 64)
        for (index, predictions) in found { #expect(predictions == expected[index % models.count]) }
    }

    @Test(arguments: fixtures)
    func tokensEqualTheReference(fixture: String) throws {
        let texts = try #require(
            try JSONObject.read(Fixtures.path(fixture + "/expected.json")).strings("texts"))
        let expected = try tokens(try Safetensors(Fixtures.path(fixture + "/reference.safetensors")))
        let tower = try TextTower(ModelFolder(Fixtures.path(fixture)))
        #expect(texts.count == expected.count)
        for (text, expected) in zip(texts, expected) {
            let tokens = try tower.tokens(text)
            #expect(Array(expected.prefix(tokens.count)) == tokens, "\(text)")
        }
    }

    @Test(arguments: fixtures)
    func pixelsEqualTheReference(fixture: String) throws {
        let classifier = try ImageClassifier(folder: Fixtures.path(fixture))
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors")).readTensor("pixel_values")
        for index in 0..<reference.shape[0] {
            let picture = try RGBImage.read(Fixtures.path("\(fixture)/picture\(index).png")).image
            #expect(
                relativeError(try classifier.processor.pixelValues([picture]), reference.rows(index..<index + 1))
                    <= 1e-5)
        }
    }

    private func tokens(_ reference: Safetensors) throws -> [[Int32]] {
        let ids = try reference.readTensor("input_ids")
        let width = ids.shape[1]
        return (0..<ids.shape[0]).map { row in ids.values[row * width..<(row + 1) * width].map { Int32($0) } }
    }

    @Test func modelsWithoutATextTowerTakeNoLabels() throws {
        let classifier = try ImageClassifier(folder: Fixtures.ownPath("dinov2"))
        let tower = try TextTower(ModelFolder(Fixtures.ownPath("text-clip")))
        #expect(throws: FileError.self) { try classifier.labelled(["a cat"], by: tower) }
        #expect(throws: FileError.self) { try TextTower(ModelFolder(Fixtures.ownPath("dinov2"))) }
    }
}

extension JSONObject {
    /// The texts in a list.
    fileprivate func strings(_ key: String) -> [String]? {
        guard case .array(let values)? = value(key) else { return nil }
        return values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
