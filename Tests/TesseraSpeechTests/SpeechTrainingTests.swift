import TesseraFiles
import TesseraLayers
import TesseraSpeech
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

/// The training of a transcriber against PyTorch's: every folder of the fixtures with a training.safetensors.
@Suite struct SpeechTrainingTests {
    static let fixtures = Fixtures.folders(with: "config.json", "model.safetensors", "training.safetensors")

    @Test func thereAreFixtures() {
        #expect(Self.fixtures.count >= 1)
    }

    /// ≤ 1e-4 of the model's largest gradient, with the loss at the first step ≤ 1e-5: both are float32 and differ by the order
    /// of their sums. Whether clips pass the model together or one by one, the sum is the same.
    @Test(arguments: fixtures, [1, 3, 4])
    func gradientsEqualPyTorchs(fixture: String, microBatchSize: Int) throws {
        let training = try Training(fixture)
        let model = training.model.preparedForTraining(.float32)
        var gradient = training.model.zeros()
        var report = LossReport()
        let count = training.batch.count
        for start in stride(from: 0, to: count, by: microBatchSize) {
            report += training.objective.accumulate(
                model, training.batch.samples(start..<min(start + microBatchSize, count)), scale: 1 / Float(count),
                random: RandomGenerator(seed: 0), into: &gradient)
        }
        let losses = try training.reference.readTensor("losses").values
        #expect(abs(report.meanLoss - Double(losses[0])) <= 1e-5)

        let (found, roles) = (gradient.takeParameters(), training.model.layers.parameterRoles)
        let references = try found.names.map { name -> Tensor? in
            let source = training.folder.names.sources(of: name)[0].name
            guard training.reference.contains("gradient." + source) else { return nil }
            return try training.reference.readTensor("gradient." + source)
        }
        let largest = references.compactMap { $0?.values.map(abs).max() }.max() ?? 0
        for (index, name) in found.names.enumerated() {
            let values = found.tensors[index].values
            guard let expected = references[index]?.values else {
                // What PyTorch does not train has no gradient here either.
                #expect(roles[index].kind == .constant && values.allSatisfy { $0 == 0 }, "\(name)")
                continue
            }
            let difference = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(values.count == expected.count && difference <= 1e-4 * largest, "\(name)")
        }
    }

    /// Where a part is trained alone, with the encoder frozen or not, its gradient is the same one, and the others have none.
    @Test(
        arguments: fixtures,
        ["decoder", "decoder.blocks.1", "decoder.embedding", "decoder.finalNorm", "encoder.blocks.1", "convolutions.1"])
    func whatIsFrozenHasNoGradient(fixture: String, trained: String) throws {
        let training = try Training(fixture)
        func gradient(wanting name: String) -> Parameters {
            var gradient = training.model.zeros(wanting: name)
            let objective = SpeechRecognition(labelSmoothing: 0.1)
            _ = objective.accumulate(
                training.model.preparedForTraining(.float32), training.batch, scale: 1,
                random: RandomGenerator(seed: 0), into: &gradient)
            return gradient.takeParameters()
        }
        let (whole, part) = (gradient(wanting: ""), gradient(wanting: trained))
        #expect(part.areSomeWanted)
        for (index, name) in whole.names.enumerated() {
            guard name.hasPrefix(trained + ".") else {
                #expect(!part.tensors[index].isWanted, "\(name)")
                continue
            }
            #expect(part.tensors[index] == whole.tensors[index], "\(name)")
        }
    }

    /// Losses of every step ≤ 1e-4.
    @Test(arguments: fixtures)
    func lossesEqualPyTorchs(fixture: String) throws {
        let training = try Training(fixture)
        let expected = try training.reference.readTensor("losses").values
        var settings = TrainingSettings()
        (settings.epochs, settings.batchSize) = (expected.count, training.batch.count)
        (settings.learningRate, settings.schedule) = (try training.number("lr"), Schedule(.constant))
        let betas = try #require(try training.settings.numbers("betas"))
        settings.optimizer = .adamW(
            AdamW(
                beta1: betas[0], beta2: betas[1], epsilon: try training.number("eps"),
                weightDecay: try training.number("weight_decay")))
        (settings.weightDecayGroup, settings.clipNorm) = (.all, nil)
        var trainer = try Trainer(
            training.objective, model: training.model, data: OneBatch(clips: training.batch),
            validation: OneBatch(clips: training.batch), settings: settings)
        var losses: [Double] = []
        var validation: [Double] = []
        _ = try trainer.run {
            losses.append($0.loss)
            validation.append($0.validation?.loss ?? .infinity)
        }
        #expect(losses.count == expected.count)
        #expect(zip(losses, expected).allSatisfy { abs($0 - Double($1)) <= 1e-4 }, "\(losses), \(expected)")
        // The packed model that validates is the trained one: without smoothing its losses fall as well.
        #expect(zip(validation, validation.dropFirst()).allSatisfy { $0 > $1 }, "\(validation)")
    }

    /// A folder that was written holds the weights bit by bit, under the names and in the shapes that it was read with.
    @Test(arguments: fixtures)
    func writtenFolderEqualsTheOriginal(fixture: String) throws {
        let training = try Training(fixture)
        let target = TemporaryFolder()
        try training.folder.write(training.model, to: target.path)
        let written = try Safetensors(target.file("model.safetensors"))
        let original = try Safetensors(Fixtures.path(fixture + "/model.safetensors"))
        #expect(Set(written.names) == Set(original.names))
        for name in original.names {
            let (a, b) = (try written.readTensor(name), try original.readTensor(name))
            #expect(a.shape == b.shape && a.values == b.values, "\(name)")
        }
    }

    /// A new model has sinusoids for positions, normalisations of 1, biases of 0 and matrices of the deviation that config.json
    /// asks for.
    @Test func newModel() throws {
        let folder = TemporaryFolder()
        let config = try InputFile(Fixtures.path(Self.fixtures[0] + "/config.json")).contents(limit: 1 << 20)
        folder.write("config.json", config)
        let transcriber = try TranscriberFolder(new: folder.path)
        var model = try transcriber.initialModel(seed: 3)
        var again = try transcriber.initialModel(seed: 3)
        var other = try transcriber.initialModel(seed: 4)
        let deviation = Float(try transcriber.config.number("init_std", in: 0...1))
        let (first, second, third) = (model.takeParameters(), again.takeParameters(), other.takeParameters())
        for (index, name) in first.names.enumerated() {
            let values = first.tensors[index].values
            #expect(values == second.tensors[index].values, "\(name)")
            switch name.split(separator: ".").last {
            case "encoderPositions": #expect(values.allSatisfy { abs($0) <= 1 } && values[0] == 0)
            case "bias": #expect(values.allSatisfy { $0 == 0 }, "\(name)")
            case "weight" where first.tensors[index].rank == 1: #expect(values.allSatisfy { $0 == 1 }, "\(name)")
            default:
                #expect(values != third.tensors[index].values, "\(name)")
                // A normal distribution cut at two deviations has 0.88 of its deviation.
                let found = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
                #expect(abs(found / (0.88 * deviation) - 1) < 0.2, "\(name)")
            }
        }
    }
}

/// A fixture: the model before its training, the one batch, and how it was trained.
private struct Training {
    let folder: TranscriberFolder
    let model: Trainable<SpeechTransformer>
    let reference: Safetensors
    let settings: JSONObject
    let batch: SpeechBatch
    let objective: SpeechRecognition

    init(_ fixture: String) throws {
        let reference = try Safetensors(Fixtures.path(fixture + "/training.safetensors"))
        self.reference = reference
        folder = try TranscriberFolder(finetuning: Fixtures.path(fixture))
        model = try folder.initialModel(seed: 0)
        settings = try JSONObject.read(Fixtures.path(fixture + "/training.json"))
        let features = try reference.readTensor("input_features")
        let (count, bins, frames) = (features.shape[0], features.shape[1], features.shape[2])
        let (inputs, labels) = (
            try reference.readRows("decoder_input_ids") { Int32($0) }, try reference.readRows("labels") { Int32($0) }
        )
        let clips = (0..<count).map { clip in
            // Padding is left out of the clips: the batch brings it back.
            let tokens = labels[clip].count { $0 >= 0 }
            return SpeechClip(
                frames: features.rows(clip..<clip + 1).reshaped([bins, frames]).transposed(), silence: 0,
                inputs: Array(inputs[clip].prefix(tokens)), targets: Array(labels[clip].prefix(tokens)))
        }
        batch = SpeechBatch(clips, endToken: Int32(try folder.config.integer("eos_token_id", in: 0...100_000)))
        objective = SpeechRecognition(labelSmoothing: Float(try settings.number("label_smoothing", in: 0...1)))
    }

    func number(_ name: String) throws -> Float { Float(try settings.number(name, in: 0...1)) }
}

/// A few clips, all of which make a batch: in their order, whatever order the training asks for.
private struct OneBatch: TrainingData {
    let clips: SpeechBatch

    var sampleCount: Int { clips.count }

    func batch(_ samples: [Int], epoch: Int) -> SpeechBatch { clips }
}
