import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraVision
import TestSupport
import Testing

/// Trainings of models of two towers, without a command around them.
@Suite struct ContrastiveTrainingTests {
    static let fixtures = ContrastiveGradientTests.fixtures

    private struct Pairs: TrainingData {
        let pixels: Tensor
        let texts: [[Int32]]

        init(_ fixture: String) throws {
            let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
            pixels = try reference.readTensor("pixel_values")
            texts = try reference.readRows("input_ids") { Int32($0) }
        }

        var sampleCount: Int { texts.count }

        func batch(_ samples: [Int], epoch: Int) -> PairBatch {
            let size = pixels.count / texts.count
            let values = samples.flatMap { pixels.values[$0 * size..<($0 + 1) * size] }
            return PairBatch(
                pixels: Tensor(shape: [samples.count] + pixels.shape.dropFirst(), values),
                texts: samples.map { texts[$0] })
        }
    }

    private typealias PairTrainer = Trainer<ContrastiveLearning, Pairs>

    private func trainer(
        _ fixture: String, microBatchSize: Int = 2, output: String? = nil,
        change: (inout TrainingSettings) -> Void = { _ in }
    ) throws -> PairTrainer {
        let folder = try TwoTowerFolder(finetuning: Fixtures.path(fixture))
        var settings = TrainingSettings()
        (settings.epochs, settings.batchSize, settings.microBatchSize) = (16, 5, microBatchSize)
        (settings.learningRate, settings.schedule) = (1e-3, Schedule(.constant))
        (settings.metricsInterval, settings.checkpointSteps) = (1, 1)
        change(&settings)
        return try Trainer(
            ContrastiveLearning(folder.loss), model: try folder.initialModel(seed: 0), data: try Pairs(fixture),
            validation: try Pairs(fixture), settings: settings, output: output)
    }

    /// The loss falls alike however the batch is divided: float32 sums in another order.
    @Test(arguments: fixtures)
    func partsOfABatchChangeNothing(fixture: String) throws {
        var losses: [[Double]] = []
        for (size, threads) in [(1, 1), (2, 2), (5, 1)] {
            var trainer = try trainer(fixture, microBatchSize: size)
            var some: [Double] = []
            _ = try Threads(count: threads).run { try trainer.run { some.append($0.loss) } }
            losses.append(some)
        }
        #expect(losses[0].count == 16 && losses[0][15] < 0.9 * losses[0][0], "\(losses)")
        for other in losses.dropFirst() {
            #expect(zip(losses[0], other).allSatisfy { abs($0 - $1) <= 1e-3 * $0 }, "\(losses)")
        }
    }

    /// Stopped at any step and gone on with, it ends with the same bits.
    @Test(arguments: fixtures)
    func stoppedTrainingsGoOn(fixture: String) throws {
        try Threads(count: 2).run {
            let (whole, parts) = (TemporaryFolder(), TemporaryFolder())
            var through = try trainer(fixture, output: whole.path)
            let expected = try through.run()
            for _ in 0..<3 {
                var part = try trainer(fixture, output: parts.path)
                let step = part.step
                _ = try part.run(shouldStop: { true })
                #expect(part.step == step + 1)
            }
            var last = try trainer(fixture, output: parts.path)
            #expect(last.step == 3)
            let found = try last.run()
            #expect(found.validation == expected.validation)
            var (a, b) = (found.model, expected.model)
            #expect(a.takeParameters().tensors == b.takeParameters().tensors)
        }
    }

    @Test(arguments: fixtures, ["pictureTower", "textTower"])
    func frozenTowersStayAsTheyAre(fixture: String, frozen: String) throws {
        var trainer = try trainer(fixture) { $0.frozen = [frozen] }
        var trained = try trainer.run().model
        var initial = try TwoTowerFolder(finetuning: Fixtures.path(fixture)).initialModel(seed: 0)
        let (before, after) = (initial.takeParameters(), trained.takeParameters())
        for index in before.names.indices {
            let (isFrozen, name) = (before.names[index].hasPrefix(frozen + "."), before.names[index])
            if isFrozen { #expect(before.tensors[index] == after.tensors[index], "\(name)") }
        }
        #expect(before.tensors != after.tensors)
    }

    /// What the folder then holds is a model that sees and reads the same, under the names and in the shapes of transformers.
    @Test(arguments: fixtures, [false, true])
    func writtenFoldersAreModels(fixture: String, isNew: Bool) throws {
        let (path, output) = (Fixtures.path(fixture), TemporaryFolder())
        let folder = isNew ? try TwoTowerFolder(new: path) : try TwoTowerFolder(finetuning: path)
        let model = try folder.initialModel(seed: 1)
        try folder.write(model, to: output.path)
        let (written, read) = (
            try Safetensors(output.file("model.safetensors")), try Safetensors(path + "/model.safetensors")
        )
        #expect(Set(written.names) == Set(read.names))
        for name in read.names {
            #expect(written.shape(of: name) == read.shape(of: name), "\(name)")
            if !isNew { #expect(try written.readTensor(name) == read.readTensor(name), "\(name)") }
        }
        let trained = model.ready()
        let (pictures, texts) = (try ImageClassifier(folder: output.path), try TextTower(ModelFolder(output.path)))
        let pairs = try Pairs(fixture)
        #expect(
            relativeError(pictures.model.features(of: pairs.pixels), trained.pictureTower.features(of: pairs.pixels))
                <= 1e-5)
        #expect(
            relativeError(texts.network.features(of: pairs.texts), trained.textTower.features(of: pairs.texts)) <= 1e-5)
        for name in folderContents(path) where name.hasPrefix("tokenizer") || name == "vocab.json" {
            #expect(
                try InputFile(output.file(name)).contents(limit: 1 << 24)
                    == InputFile(path + "/" + name).contents(limit: 1 << 24))
        }
    }

    /// As transformers' `_init_weights` has them.
    @Test func newModelsBeginAsPublishedOnes() throws {
        let model = try TwoTowerFolder(new: Fixtures.ownPath("clip-training")).initialModel(seed: 3).layers
        func deviation(_ tensor: Tensor) -> Float {
            Float((tensor.values.reduce(0) { $0 + Double($1 * $1) } / Double(tensor.count)).squareRoot())
        }
        var copy = model
        let parameters = copy.takeParameters()
        // Of 32 numbers and 2 blocks in the picture tower, 24 and 2 in the text tower.
        let expected: [(String, Float)] = [
            ("pictureTower.encoder.blocks.1.attention.query.weight", 0.0884),
            ("pictureTower.encoder.blocks.0.attention.output.weight", 0.1768),
            ("pictureTower.encoder.blocks.0.feedForward.input.weight", 0.125),
            ("pictureTower.encoder.blocks.0.feedForward.output.weight", 0.0884),
            ("pictureTower.patchEmbedding.projection.weight", 0.02), ("pictureTower.positions", 0.02),
            ("pictureTower.projection.weight", 0.1768), ("textTower.projection.weight", 0.2041),
            ("textTower.encoder.blocks.0.attention.value.weight", 0.1021), ("textTower.words.weight", 0.02),
            ("textTower.scoreScale", 2.6592), ("textTower.encoder.blocks.0.attentionNorm.weight", 1),
            ("textTower.encoder.blocks.0.feedForward.input.bias", 0),
        ]
        for (name, value) in expected {
            let index = try #require(parameters.names.firstIndex(of: name), "\(name)")
            let found = deviation(parameters.tensors[index])
            #expect(abs(found - value) <= 0.12 * value, "\(name): \(found) and not \(value)")
        }
        let siglip = try TwoTowerFolder(new: Fixtures.ownPath("siglip-training")).initialModel(seed: 3).layers
        #expect(siglip.textTower.scoreBias?.values == [-10])
        #expect(abs((siglip.textTower.scoreScale.values.first ?? 0) - 2.3026) <= 1e-4)
    }

    /// The scale counts as 100 where it is more, and only falls from there.
    @Test func theScaleOfProductsIsLimited() throws {
        let rows = Tensor(shape: [3, 2], [1, 0, 0, 1, 0.98, 0.199])
        func compared(_ logScale: Float, _ loss: ContrastiveLoss = .softmax) -> PairComparison {
            loss(pictures: rows, texts: rows, logScale: logScale, bias: 0)
        }
        #expect(compared(7).losses == compared(4.7).losses)
        #expect(compared(4).losses != compared(4.7).losses)
        // All is right here, so that a larger scale would be better.
        #expect(compared(4).scaleGradients.reduce(0, +) < 0 && compared(4.7).scaleGradients == [0, 0, 0])
        let loss = ContrastiveLoss.softmax
        let crossed = loss(
            pictures: rows, texts: Tensor(shape: [3, 2], [0, 1, 1, 0, 1, 0]), logScale: 4.7, bias: 0)
        #expect(crossed.scaleGradients.reduce(0, +) > 0)
        #expect(compared(7, .sigmoid).losses != compared(4.7, .sigmoid).losses)
    }

    /// A picture's text is found where another pair's is the same.
    @Test func equalTextsAreAsGoodAsEachOther() {
        let pixels = Tensor(shape: [3, 1, 1, 1], repeating: 0)
        let rows = Tensor(shape: [3, 2], [1, 0, 1, 0, 0, 1])
        let texts = Tensor(shape: [3, 2], [1, 0, 1, 0, 1, 0])
        let loss = ContrastiveLoss.softmax
        let comparison = loss(pictures: rows, texts: texts, logScale: 1, bias: 0)
        let batch = PairBatch(pixels: pixels, texts: [[5], [5], [6]])
        #expect(batch.compared(comparison).foundCount == 2)
        let recall = RetrievalRecall(pictures: rows, texts: rows) { $0 == $1 }
        #expect(recall.texts.atOne == 1 && recall.pictures.atFive == 1)
        let swapped = RetrievalRecall(pictures: rows, texts: Tensor(shape: [3, 2], [0, 1, 0, 1, 1, 0])) { $0 == $1 }
        #expect(swapped.texts.atOne == 0 && swapped.texts.atFive == 1 && swapped.pictures.atOne == 0)
    }

    @Test(
        arguments: [
            ("clip-training", "config.json", #""attention_dropout": 0.0"#, #""attention_dropout": 0.1"#, "at random"),
            ("clip-end-training", "config.json", #""eos_token_id": 673"#, #""eos_token_id": 5"#, "end texts with"),
            ("clip-training", "config.json", #""vocab_size": 674"#, #""vocab_size": 600"#, "the model 600"),
            ("clip-training", "config.json", #""CLIPModel""#, #""CLIPVisionModel""#, "CLIPModel has them"),
            ("vit", "config.json", "vit", "vit", "these are: clip, siglip"),
            ("owlvit", "config.json", "owlvit", "owlvit", "these are: clip, siglip"),
        ])
    func refused(fixture: String, file: String, old: String, new: String, cause: String) throws {
        let folder = try TemporaryFolder(copying: fixture)
        folder.write(file, text(folder.file(file)).replacing(old, with: new))
        do throws(FileError) {
            _ = try TwoTowerFolder(finetuning: folder.path)
            Issue.record("it is accepted")
        } catch {
            #expect("\(error)".contains(cause), "\(error)")
        }
    }
}
