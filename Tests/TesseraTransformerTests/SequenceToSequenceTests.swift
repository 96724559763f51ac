import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraTransformer
import TestSupport
import Testing

/// The training of the original encoder-decoder against PyTorch's: every folder of the fixtures whose config.json describes such
/// a Transformer.
@Suite struct SequenceToSequenceTests {
    static let fixtures = Fixtures.folders(with: "config.json", "reference.safetensors").filter {
        let config = try? JSONObject.read(Fixtures.path($0 + "/config.json"))
        return (try? config?.string("model_type")) == "transformer"
    }

    @Test func thereAreFixtures() {
        #expect(Self.fixtures.count >= 1)
    }

    /// ≤ 1e-4 of the largest logit.
    @Test(arguments: fixtures)
    func logitsEqualPyTorchs(fixture: String) throws {
        let training = try Training(fixture)
        let logits = training.model.preparedForTraining(.float32).forward(training.batch).logits
        #expect(relativeError(logits, try training.reference.readTensor("logits")) <= 1e-4)
    }

    /// ≤ 1e-4 of the model's largest gradient: a key bias's is zero in exact arithmetic. Where a part is trained alone, it has
    /// the same gradient, and what is frozen has none.
    @Test(
        arguments: fixtures,
        ["", "decoder.head", "decoder.blocks.1", "decoder.embedding", "encoder.blocks.0.feedForward", "encoder"])
    func gradientsEqualPyTorchs(fixture: String, trained: String) throws {
        let training = try Training(fixture)
        let model = training.model.preparedForTraining(.float32)
        var gradient = training.model.zeros(wanting: trained)
        _ = training.objective.accumulate(
            model, training.batch, scale: 1 / Float(training.batch.count), random: RandomGenerator(seed: 0),
            into: &gradient)
        let found = gradient.takeParameters()
        let expected = try training.parameters("gradient.")
        let largest = expected.tensors.flatMap(\.values).map(abs).max() ?? 0
        #expect(found.areSomeWanted)
        for (index, name) in found.names.enumerated() {
            guard trained.isEmpty || name.hasPrefix(trained + ".") else {
                #expect(!found.tensors[index].isWanted, "\(name)")
                continue
            }
            #expect(
                largestDifference(found.tensors[index], expected.tensors[index]) <= 1e-4 * largest, "\(name)")
        }
    }

    /// Losses of every step ≤ 1e-4; parameters after the last ≤ 1e-4, save for key biases: their gradients are rounding errors,
    /// which Adam makes as large as any other.
    @Test(arguments: fixtures)
    func stepsEqualPyTorchs(fixture: String) throws {
        let training = try Training(fixture)
        let losses = try training.reference.readTensor("losses").values
        var trainer = try Trainer(
            training.objective, model: training.model, data: training.batch, settings: try training.settings)
        var found: [Double] = []
        var trained = try trainer.run { found.append($0.loss) }.model
        #expect(found.count == losses.count)
        #expect(zip(found, losses).allSatisfy { abs($0 - Double($1)) <= 1e-4 }, "\(found), \(losses)")

        let parameters = trained.takeParameters()
        let expected = try training.parameters("after\(losses.count).")
        for (index, name) in parameters.names.enumerated() where !name.hasSuffix("key.bias") {
            #expect(largestDifference(parameters.tensors[index], expected.tensors[index]) <= 1e-4, "\(name)")
        }
    }

    private func largestDifference(_ a: Tensor, _ b: Tensor) -> Float {
        zip(a.values, b.values).map { abs($0 - $1) }.max() ?? .infinity
    }
}

/// A fixture: the model before its training, the one batch, and how it was trained.
private struct Training {
    let config: JSONObject
    let reference: Safetensors
    let model: Trainable<ClassicTransformer>
    let batch: TokenPairs
    let objective: Translation

    init(_ fixture: String) throws {
        config = try JSONObject.read(Fixtures.path(fixture + "/config.json"))
        let reference = try Safetensors(Fixtures.path(fixture + "/reference.safetensors"))
        self.reference = reference
        var model = Trainable(try ClassicTransformer(config))
        model.put(try Training.parameters("initial.", of: model, reference))
        self.model = model
        batch = TokenPairs(
            source: try reference.readRows("source") { Int32($0) },
            target: try reference.readRows("target") { Int32($0) },
            valid: try reference.readRows("source_padding") { $0 == 0 })
        objective = Translation(
            loss: CrossEntropy(labelSmoothing: Float(try config.number("label_smoothing", in: 0...1))))
    }

    /// The tensors whose names begin with `prefix`, in the order of the model's parameters.
    func parameters(_ prefix: String) throws -> Parameters { try Training.parameters(prefix, of: model, reference) }

    private static func parameters(
        _ prefix: String, of model: Trainable<ClassicTransformer>, _ reference: Safetensors
    ) throws -> Parameters {
        var copy = model
        var parameters = copy.takeParameters()
        for (index, name) in parameters.names.enumerated() {
            let source = ClassicTransformer.names.sources(of: name)[0]
            let tensor = try reference.readTensor(prefix + source.name)
            let rows = tensor.shape[0] / source.partCount
            let part = tensor.rank == 1 ? tensor.reshaped([tensor.count, 1]) : tensor
            parameters.tensors[index] = part.rows(source.part * rows..<(source.part + 1) * rows)
                .reshaped(parameters.tensors[index].shape)
        }
        return parameters
    }

    var settings: TrainingSettings {
        get throws {
            let optimizer = try #require(try config.object("optimizer"))
            let betas = try #require(try optimizer.numbers("betas"))
            var settings = TrainingSettings()
            (settings.epochs, settings.batchSize) = (try config.integer("steps", in: 1...100), batch.count)
            settings.microBatchSize = batch.count
            settings.learningRate = Float(try optimizer.number("lr", in: 0...1))
            settings.schedule = Schedule(.constant)
            settings.optimizer = .adamW(
                AdamW(
                    beta1: betas[0], beta2: betas[1], epsilon: Float(try optimizer.number("eps", in: 0...1)),
                    weightDecay: Float(try optimizer.number("weight_decay", in: 0...1))))
            settings.weightDecayGroup = .all
            settings.clipNorm = Float(try config.number("clip_norm", in: 0...1e9))
            return settings
        }
    }
}

extension TokenPairs: TrainingData {
    var sampleCount: Int { count }

    func batch(_ samples: [Int], epoch: Int) -> TokenPairs {
        TokenPairs(
            source: samples.map { source[$0] }, target: samples.map { target[$0] }, valid: samples.map { valid[$0] })
    }
}
