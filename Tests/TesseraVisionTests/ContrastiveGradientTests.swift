import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraVision
import TestSupport
import Testing

/// The loss of pairs and its gradients against transformers': every folder of the fixtures of a model of two towers with gradients.
@Suite struct ContrastiveGradientTests {
    static let fixtures = Fixtures.models(ofTypes: TwoTowerFolder.supportedModelTypes) { reference in
        reference.contains("loss") && reference.names.contains { $0.hasPrefix("gradient.") }
    }

    @Test func thereAreFixtures() throws {
        let types = try Set(
            Self.fixtures.map { try JSONObject.read(Fixtures.path("\($0)/config.json")).string("model_type") })
        #expect(types == Set(TwoTowerFolder.supportedModelTypes))
    }

    private func batch(_ reference: Safetensors) throws -> PairBatch {
        PairBatch(
            pixels: try reference.readTensor("pixel_values"), texts: try reference.readRows("input_ids") { Int32($0) })
    }

    /// The whole batch at once and in parts, on one thread and on two: the gradient is the same but for the order of its sums.
    @Test(arguments: fixtures, [(1, 1), (2, 1), (64, 1), (1, 2), (2, 2), (64, 2)])
    func gradientsEqualTransformers(fixture: String, _ split: (microBatchSize: Int, threads: Int)) throws {
        let (microBatchSize, threads) = split
        let found = try Threads(count: threads).run { try gradient(fixture, microBatchSize, wanting: "") }
        try expectRight(found, fixture)
    }

    /// A part that is trained alone has the same gradient.
    @Test(
        arguments: fixtures,
        [
            "pictureTower", "textTower", "pictureTower.patchEmbedding", "pictureTower.projection",
            "pictureTower.attentionPooling", "pictureTower.attentionPooling.query", "pictureTower.encoder.finalNorm",
            "textTower.words", "textTower.positions", "textTower.encoder.blocks.1", "textTower.projection",
            "textTower.scoreScale", "textTower.scoreBias",
        ])
    func partsHaveTheSameGradient(fixture: String, trained: String) throws {
        let initial = try TwoTowerFolder(finetuning: Fixtures.path(fixture)).initialModel(seed: 0)
        // CLIP and SigLIP end in other layers.
        guard initial.zeros(wanting: trained).isWanted else { return }
        try expectRight(try gradient(fixture, 2, wanting: trained), fixture, wanting: trained)
    }

    private func gradient(
        _ fixture: String, _ microBatchSize: Int, wanting trained: String
    ) throws -> TwoTowerNetwork {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let folder = try TwoTowerFolder(finetuning: Fixtures.path(fixture))
        let (initial, objective) = (try folder.initialModel(seed: 0), ContrastiveLearning(folder.loss))
        let model = initial.preparedForTraining(.float32)
        let batch = objective.prepared(try batch(reference), for: model, microBatchSize: microBatchSize)
        var (gradient, report) = (initial.zeros(wanting: trained), LossReport())
        for start in stride(from: 0, to: batch.count, by: microBatchSize) {
            report += objective.accumulate(
                model, batch.samples(start..<min(start + microBatchSize, batch.count)),
                scale: 1 / Float(batch.count), random: RandomGenerator(seed: 0), into: &gradient)
        }
        let loss = Double(try reference.readTensor("loss").values[0])
        #expect(abs(report.lossSum / Double(batch.count) - loss) <= 1e-5 * loss)
        let ready = initial.ready()
        let evaluated = objective.evaluate(
            ready, objective.prepared(try self.batch(reference), for: ready, microBatchSize: microBatchSize))
        #expect(abs(evaluated.lossSum / Double(batch.count) - loss) <= 1e-5 * loss)
        #expect(evaluated.correctCount == report.correctCount && evaluated.sampleCount == batch.count)
        return gradient
    }

    private func expectRight(_ gradient: TwoTowerNetwork, _ fixture: String, wanting trained: String = "") throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        let names = try TwoTowerFolder(finetuning: Fixtures.path(fixture)).names(of: gradient)
        func wanted(in tower: String) -> String? {
            if trained.isEmpty || trained == tower { return "" }
            return trained.hasPrefix(tower + ".") ? String(trained.dropFirst(tower.count + 1)) : nil
        }
        var (pictures, texts) = (gradient.pictureTower, gradient.textTower)
        if let part = wanted(in: "pictureTower") {
            #expect(
                try gradientMismatches(pictures.takeParameters(), reference, names: names.pictures, wanting: part) == []
            )
        } else {
            #expect(!pictures.takeParameters().areSomeWanted)
        }
        if let part = wanted(in: "textTower") {
            #expect(try gradientMismatches(texts.takeParameters(), reference, names: names.texts, wanting: part) == [])
        } else {
            #expect(!texts.takeParameters().areSomeWanted)
        }
    }
}
