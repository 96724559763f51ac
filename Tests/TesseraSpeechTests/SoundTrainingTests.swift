import TesseraAudio
import TesseraFiles
import TesseraLayers
import TesseraSpeech
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

/// The training of a classifier of sounds against PyTorch's: every folder of the fixtures with its gradients.
@Suite struct SoundTrainingTests {
    static let fixtures = Fixtures.models(ofTypes: ["audio-spectrogram-transformer"]) { $0.contains("losses") }

    @Test func thereAreFixtures() { #expect(!Self.fixtures.isEmpty) }

    /// A model with its references.
    struct Case {
        let folder: SoundClassifierFolder
        let model: Trainable<SpectrogramTransformer>
        let reference: Safetensors
        let batch: SpectrogramBatch

        init(_ fixture: String) throws {
            let path = Fixtures.path(fixture)
            folder = try SoundClassifierFolder(
                finetuning: path, labels: try AudioClassifier(folder: path).labels.sorted())
            model = try folder.initialModel(seed: 0)
            reference = try Safetensors(path + "/reference.safetensors")
            batch = SpectrogramBatch(
                spectrograms: try reference.readTensor("input_values"),
                labels: try reference.readTensor("labels").values.map { Int32($0) })
        }

        func gradient(wanting name: String) -> (report: LossReport, Parameters) {
            var gradient = model.zeros(wanting: name)
            let report = SoundClassification().accumulate(
                model.preparedForTraining(.float32), batch, scale: 1 / Float(batch.count),
                random: RandomGenerator(seed: 0), into: &gradient)
            return (report, gradient.takeParameters())
        }
    }

    @Test(arguments: fixtures)
    func logitsEqualPyTorchs(fixture: String) throws {
        let training = try Case(fixture)
        let expected = try training.reference.readTensor("logits")
        #expect(relativeError(training.model.ready()(training.batch.spectrograms), expected) <= 1e-4)
    }

    @Test(
        arguments: fixtures,
        [
            "", "head", "headNorm", "encoder.finalNorm", "encoder.blocks.1", "encoder.blocks.0.attention.key",
            "patchEmbedding", "classToken", "distillationToken", "positions",
        ])
    func gradientsEqualPyTorchs(fixture: String, trained: String) throws {
        let training = try Case(fixture)
        let (report, parameters) = training.gradient(wanting: trained)
        #expect(abs(report.meanLoss - Double(try training.reference.readTensor("losses").values[0])) <= 1e-5)
        #expect(training.reference.names.count { $0.hasPrefix("gradient.") } == parameters.names.count)
        #expect(
            try gradientMismatches(
                parameters, training.reference, names: training.folder.names, wanting: trained) == [])
    }

    /// Along the gradient, and something at random. The loss is a float32 of about 2, whose rounding over a step of 4e-3 is some 5e-5, of
    /// a slope of 10; the third derivative's share falls with the square of the step, to 2e-4 of the slope.
    @Test(arguments: fixtures)
    func gradientsEqualDifferences(fixture: String) throws {
        let training = try Case(fixture)
        let gradient = training.gradient(wanting: "").1.tensors
        var random = RandomGenerator(seed: 3)
        let length = gradient.joinedNorm
        let directions = gradient.map { tensor in
            Tensor(shape: tensor.shape, tensor.values.map { $0 / length + 0.001 * random.nextNormal() })
        }
        func loss(_ distance: Float) -> Double {
            var layers = training.model.layers
            var moved = layers.takeParameters()
            for index in moved.tensors.indices { moved.tensors[index].add(directions[index], scaledBy: distance) }
            layers.put(moved)
            return SoundClassification().evaluate(Trainable(layers).ready(), training.batch).meanLoss
        }
        let difference = (loss(0.002) - loss(-0.002)) / 0.004
        let product = zip(gradient, directions).reduce(0.0) { sum, pair in
            zip(pair.0.values, pair.1.values).reduce(sum) { $0 + Double($1.0) * Double($1.1) }
        }
        #expect(abs(difference - product) <= 1e-3 * abs(product), "\(difference), \(product)")
    }

    /// The losses of a few steps of AdamW with a rate of 3e-3 and a decay of 0.1 on every parameter.
    @Test(arguments: fixtures)
    func lossesEqualPyTorchs(fixture: String) throws {
        let training = try Case(fixture)
        let expected = try training.reference.readTensor("losses").values
        var settings = TrainingSettings()
        (settings.epochs, settings.batchSize) = (expected.count, training.batch.count)
        (settings.learningRate, settings.schedule) = (3e-3, Schedule(.constant))
        (settings.optimizer, settings.weightDecayGroup) = (.adamW(AdamW(weightDecay: 0.1)), .all)
        settings.clipNorm = nil
        var trainer = try Trainer(
            SoundClassification(), model: training.model, data: OneBatch(all: training.batch), settings: settings)
        var losses: [Double] = []
        _ = try trainer.run { losses.append($0.loss) }
        #expect(losses.count == expected.count)
        #expect(zip(losses, expected).allSatisfy { abs($0 - Double($1)) <= 1e-4 }, "\(losses), \(expected)")
    }

    /// A folder that was written holds the weights bit by bit, under the names and in the shapes that it was read with, and the same
    /// settings.
    @Test(arguments: fixtures)
    func writtenFolderEqualsTheOriginal(fixture: String) throws {
        let training = try Case(fixture)
        let target = TemporaryFolder()
        try training.folder.write(training.model, to: target.path)
        let written = try Safetensors(target.file("model.safetensors"))
        let original = try Safetensors(Fixtures.path(fixture + "/model.safetensors"))
        #expect(Set(written.names) == Set(original.names))
        for name in original.names {
            let (a, b) = (try written.readTensor(name), try original.readTensor(name))
            #expect(a.shape == b.shape && a.values == b.values, "\(name)")
        }
        let settings = try ["preprocessor_config.json"].map { name in
            (
                try SpectrogramWindowSettings(JSONObject.read(target.file(name))),
                try SpectrogramWindowSettings(JSONObject.read(Fixtures.path(fixture + "/" + name)))
            )
        }
        #expect(settings[0].0 == settings[0].1)
        _ = try AudioClassifier(folder: target.path)
    }

    /// Other labels, and checkpoints of the bare model, get a new head; the rest is theirs.
    @Test func newHeads() throws {
        let path = Fixtures.ownPath("ast-training")
        let other = try SoundClassifierFolder(finetuning: path, labels: ["a", "b"]).initialModel(seed: 1)
        let original = try Safetensors(path + "/model.safetensors")
        #expect(other.layers.head.weight.shape == [2, 16])
        #expect(try other.layers.headNorm.weight == original.readTensor("classifier.layernorm.weight"))
        let bare = TemporaryFolder()
        bare.write("config.json", try InputFile(path + "/config.json").contents(limit: 1 << 20))
        let prefix = "audio_spectrogram_transformer."
        let tensors = try original.names.filter { $0.hasPrefix(prefix) }.map { name in
            (name: String(name.dropFirst(prefix.count)), tensor: try original.readTensor(name))
        }
        try Safetensors.write(tensors, to: bare.file("model.safetensors"))
        let model = try SoundClassifierFolder(finetuning: bare.path, labels: ["a", "b", "c"]).initialModel(seed: 1)
        #expect(model.layers.head.weight.shape == [3, 16])
        #expect(model.layers.headNorm.weight.values.allSatisfy { $0 == 1 })
        #expect(model.layers.positions == other.layers.positions)
    }
}

/// Sounds, all of which make a batch.
private struct OneBatch: TrainingData {
    let all: SpectrogramBatch
    var sampleCount: Int { all.count }

    func batch(_ samples: [Int], epoch: Int) -> SpectrogramBatch {
        let parts = samples.map { all.samples($0..<$0 + 1) }
        return SpectrogramBatch(
            spectrograms: Tensor(
                shape: [samples.count] + all.spectrograms.shape.dropFirst(), parts.flatMap(\.spectrograms.values)),
            labels: parts.flatMap(\.labels))
    }
}

extension [Tensor] {
    fileprivate var joinedNorm: Float { Float(reduce(0.0) { $0 + $1.sumOfSquares() }.squareRoot()) }
}
