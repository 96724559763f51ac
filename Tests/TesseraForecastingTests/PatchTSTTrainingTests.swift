import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

@Suite struct PatchTSTTrainingTests {
    static let fixtures = PatchTSTReference.fixtures(with: "gradients.safetensors")

    static let fixturesWithSinusoids = fixtures.filter {
        let config = try? JSONObject.read(Fixtures.path($0 + "/config.json"))
        return (try? config?.string("positional_encoding_type")) == "sincos"
    }

    @Test(arguments: [fixtures, fixturesWithSinusoids])
    func thereAreFixtures(_ names: [String]) { #expect(names.count >= 1) }

    private func batch(_ fixture: String) throws -> SeriesBatch {
        let gradients = try Safetensors(Fixtures.path(fixture + "/gradients.safetensors"))
        return SeriesBatch(
            contexts: try PatchTSTReference(fixture).contexts, targets: try gradients.readColumns("future_values"))
    }

    /// Both are float32 and differ by the order of their sums. Errors are shares of the largest gradient of the model. Where a
    /// part is trained alone, it has the same gradient, and what is frozen has none.
    @Test(arguments: fixtures, ["", "head", "encoder.blocks.1", "encoder.blocks.0.feedForwardNorm", "patchEmbedding"])
    func gradientsEqualPyTorchs(fixture: String, trained: String) throws {
        let folder = try ForecasterFolder(finetuning: Fixtures.path(fixture))
        let initial: Trainable<PatchTST> = try folder.initialModel(seed: 0)
        let reference = try Safetensors(Fixtures.path(fixture + "/gradients.safetensors"))
        let batch = try self.batch(fixture)
        var gradient = initial.zeros(wanting: trained)
        let report = PointForecasting().accumulate(
            initial.preparedForTraining(.float32), batch, scale: 1 / Float(batch.count),
            random: RandomGenerator(seed: 0), into: &gradient)
        let loss = Double(try reference.readTensor("loss").values[0])
        #expect(abs(report.meanLoss - loss) <= 1e-5 * loss)
        #expect(abs(PointForecasting().evaluate(initial.ready(), batch).meanLoss - loss) <= 1e-5 * loss)

        let (parameters, roles) = (gradient.takeParameters(), initial.layers.parameterRoles)
        var largest: Float = 0
        var differences: [(name: String, difference: Float)] = []
        for ((name, tensor), role) in zip(zip(parameters.names, parameters.tensors), roles) {
            let source = "gradient." + initial.layers.names.sources(of: name)[0].name
            guard reference.contains(source) else {
                #expect(role.kind == .constant, "\(name) has a gradient in PyTorch")
                continue
            }
            let expected = try reference.readTensor(source).values
            largest = max(largest, expected.map(abs).max() ?? 0)
            guard trained.isEmpty || name.hasPrefix(trained + ".") else {
                #expect(!tensor.isWanted, "\(name)")
                continue
            }
            differences.append((name, zip(tensor.values, expected).map { abs($0 - $1) }.max() ?? .infinity))
        }
        #expect(differences.count >= (trained.isEmpty ? 11 : 2))
        for (name, difference) in differences { #expect(difference <= 1e-4 * largest, "\(name)") }
    }

    /// Central differences along the gradient itself, with dropout, missing values and targets that are not known: over a step
    /// h the loss of float32 changes by 2 h |gradient|², with an error of the order h².
    @Test(arguments: fixtures)
    func gradientsEqualDifferences(fixture: String) throws {
        let folder = try ForecasterFolder(finetuning: Fixtures.path(fixture))
        let model: Trainable<PatchTST> = try folder.initialModel(seed: 0)
        let known = try self.batch(fixture)
        var targets = known.targets
        for index in stride(from: 0, to: targets.shape[1], by: 3) { targets[0, index] = .nan }
        let batch = SeriesBatch(contexts: known.contexts, targets: targets)
        let objective = PointForecasting(regularization: Regularization(dropout: 0.3, stochasticDepth: 0))
        func loss(_ model: Trainable<PatchTST>, _ gradient: inout PatchTST) -> Double {
            objective.accumulate(
                model.preparedForTraining(.float32), batch, scale: 1 / Float(batch.count),
                random: RandomGenerator(seed: 3), into: &gradient
            ).meanLoss
        }
        var gradient = model.zeros()
        _ = loss(model, &gradient)
        let direction = gradient.takeParameters().tensors
        let norm = direction.reduce(0) { $0 + $1.sumOfSquares() }.squareRoot()
        let step = 5e-4
        func shifted(by share: Double) -> Double {
            var copy = model
            var parameters = copy.takeParameters()
            for index in parameters.tensors.indices {
                parameters.tensors[index].add(direction[index], scaledBy: Float(share / norm))
            }
            copy.put(parameters)
            var unused = model.zeros()
            return loss(copy, &unused)
        }
        let slope = (shifted(by: step) - shifted(by: -step)) / (2 * step)
        #expect(abs(slope - norm) <= 0.01 * norm, "\(slope) instead of \(norm)")
    }

    private static let config = """
        {"model_type": "patchtst", "context_length": 32, "prediction_length": 4, "patch_length": 8, "patch_stride": 4,
         "d_model": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_dim": 16, "norm_type": "NORM",
         "pre_norm": false, "pooling_type": null, "use_cls_token": CLASS, "positional_encoding_type": "POSITIONS"}
        """

    private static func folder(norm: String, positions: String = "sincos", hasClassToken: Bool = false) throws
        -> ForecasterFolder
    {
        let text = config.replacing("NORM", with: norm).replacing("POSITIONS", with: positions)
            .replacing("CLASS", with: "\(hasClassToken)")
        return try ForecasterFolder(new: JSONObject(bytes: Array(text.utf8), path: "config.json"))
    }

    /// A wave that the model can learn: after a few epochs much of the loss is gone, what is fixed is as it was, and what is
    /// written forecasts what was trained.
    @Test(arguments: ["sincos", "random"], [("layernorm", true), ("layernorm", false), ("batchnorm", false)])
    func trainingIsWrittenAsTheHubHasIt(positions: String, _ rest: (norm: String, hasClassToken: Bool)) throws {
        let folder = try Self.folder(norm: rest.norm, positions: positions, hasClassToken: rest.hasClassToken)
        let waves = Waves()
        let all = waves.batch(Array(0..<waves.sampleCount), epoch: 0)
        let initial: Trainable<PatchTST> = try folder.initialModel(seed: 1, calibratedOn: all.contexts)
        var settings = TrainingSettings()
        (settings.epochs, settings.batchSize, settings.learningRate) = (12, 16, 1e-2)
        var trainer = try Trainer(PointForecasting(), model: initial, data: waves, settings: settings)
        let trained = try trainer.run().model
        let before = PointForecasting().evaluate(initial.ready(), all).meanLoss
        #expect(PointForecasting().evaluate(trained.ready(), all).meanLoss < before / 2)
        #expect((trained.layers.positions == initial.layers.positions) == (positions == "sincos"))
        let statistics = [trained, initial].map { $0.layers.encoder.blocks[1].attentionNorm.statistics?.mean }
        #expect(statistics[0] == statistics[1])

        let output = TemporaryFolder()
        try folder.write(trained, to: output.path)
        let loaded = try PatchTST(folder: output.path, precision: .float32)
        #expect(relativeError(loaded(all.contexts), trained.ready()(all.contexts)) <= 1e-6)
        let again: Trainable<PatchTST> = try ForecasterFolder(finetuning: output.path).initialModel(seed: 2)
        #expect(again.layers.head.bias == trained.layers.head.bias)
    }

    /// Sinusoids as the reference makes them: with a mean of 0 and a standard deviation of 0.1.
    @Test(arguments: fixturesWithSinusoids)
    func fixedPositionsAreTheReferences(fixture: String) throws {
        let config = try JSONObject.read(Fixtures.path(fixture + "/config.json"))
        let contexts = try PatchTSTReference(fixture).contexts
        let model: Trainable<PatchTST> = try ForecasterFolder(new: config).initialModel(
            seed: 0, calibratedOn: contexts)
        let positions = model.layers.positions
        #expect(positions.values.reduce(0, +) / Float(positions.count) < 1e-6)
        let deviation = (positions.sumOfSquares() / Double(positions.count - 1)).squareRoot()
        #expect(abs(deviation - 0.1) < 1e-6)
    }

    /// Waves of one frequency, each at a phase and level of its own.
    private struct Waves: TrainingData {
        let sampleCount = 64

        func batch(_ samples: [Int], epoch: Int) -> SeriesBatch {
            let rows = samples.map { sample in
                (0..<36).map { Float($0 % 12 < 6 ? 1 : -1) * Float(1 + sample % 3) + Float(sample) }
            }
            return SeriesBatch(
                contexts: Tensor(shape: [samples.count, 32], rows.flatMap { $0.prefix(32) }),
                targets: Tensor(shape: [samples.count, 4], rows.flatMap { $0.suffix(4) }))
        }
    }
}
