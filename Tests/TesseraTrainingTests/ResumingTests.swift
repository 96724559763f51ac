import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

/// A training that was stopped, killed or damaged goes on as if nothing had happened.
@Suite struct ResumingTests {
    typealias PointTrainer = Trainer<PointClassification, Points>

    static let settings = TrainerTests.settings {
        $0.averageDecay = 0.9
        $0.metricsInterval = 2
        $0.checkpointSteps = 2
    }

    /// 15 steps in three epochs of five.
    private func trainer(
        _ folder: TemporaryFolder, settings: TrainingSettings = settings, failingBatch: Int = .max,
        model: Trainable<Perceptron> = Trainable(Perceptron())
    ) throws -> PointTrainer {
        try Trainer(
            PointClassification(), model: model, data: Points(sampleCount: 80, failingBatch: failingBatch),
            validation: Points(sampleCount: 30, seed: 2), settings: settings, output: folder.path)
    }

    private struct Outcome: Equatable {
        let weights: [String: Tensor]
        let validation: ValidationFigures?
        /// The lines of metrics.jsonl without their times.
        let metrics: [String]
        let bestFile: [UInt8]
    }

    private func outcome(_ folder: TemporaryFolder, _ result: TrainingResult<Perceptron>) throws -> Outcome {
        let text = String(decoding: try InputFile(folder.file("metrics.jsonl")).contents(limit: 1 << 20), as: UTF8.self)
        return Outcome(
            weights: result.model.parameters, validation: result.validation,
            metrics: text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                String(line.split(separator: #", "seconds""#).first ?? "")
            },
            bestFile: try InputFile(folder.file("checkpoints/best.safetensors")).contents(limit: 1 << 20))
    }

    private func uninterrupted(_ settings: TrainingSettings = settings) throws -> Outcome {
        let folder = TemporaryFolder()
        var trainer = try trainer(folder, settings: settings)
        return try outcome(folder, trainer.run())
    }

    @Test func metricsHoldALineForEveryTwoStepsAndEachValidation() throws {
        let metrics = try uninterrupted().metrics
        #expect(metrics.count == 7 + 3 + 1, "the last line ends with a line feed")
        #expect(metrics[0].hasPrefix(#"{"step": 2, "epoch": 1, "loss": "#))
        #expect(metrics[2].hasPrefix(#"{"step": 5, "epoch": 1, "validation_loss": "#))
    }

    /// Stopped at any step: bit for bit what one that ran through gives.
    @Test func stoppedAtAnyStep() throws {
        let adamW = TrainerTests.settings { ($0.averageDecay, $0.metricsInterval) = (0.9, 2) }
        let sgd = TrainerTests.settings { $0.optimizer = .sgd(SGD(momentum: 0.9)) }
        for (settings, steps) in [(adamW, Array(1..<15)), (sgd, [3, 10])] {
            let expected = try uninterrupted(settings)
            for step in steps {
                let folder = TemporaryFolder()
                var first = try trainer(folder, settings: settings)
                var done = 0
                let stopped = try first.run(shouldStop: {
                    done += 1
                    return done == step
                })
                #expect(!stopped.isFinished && stopped.step == step)
                var second = try trainer(folder, settings: settings)
                #expect(second.step == step && second.warnings.isEmpty)
                #expect(try outcome(folder, second.run()) == expected)
            }
        }
    }

    /// What is frozen is as it was, a checkpoint holds neither moments nor an average of it, and a training that was stopped goes
    /// on without them.
    @Test func frozenLayersHaveNoMoments() throws {
        let frozen = TrainerTests.settings { ($0.averageDecay, $0.frozen) = (0.9, ["hidden", "output.bias"]) }
        let folder = TemporaryFolder()
        var first = try trainer(folder, settings: frozen)
        let stopped = try first.run(shouldStop: { true })
        #expect(stopped.step == 1)
        let saved = "checkpoints/step-00000001/"
        for name in ["first-moment", "second-moment", "average"] {
            #expect(try Safetensors(folder.file(saved + name + ".safetensors")).names == ["output.weight"])
        }
        #expect(try Safetensors(folder.file(saved + "weights.safetensors")).names.count == 4)
        var second = try trainer(folder, settings: frozen)
        let outcome = try outcome(folder, second.run())
        #expect(try outcome == uninterrupted(frozen))
        let initial = Trainable(Perceptron()).parameters
        #expect(
            outcome.weights.filter { $0.value == initial[$0.key] }.keys.sorted() == [
                "hidden.bias", "hidden.weight", "output.bias",
            ])
    }

    /// Every step is a training of its own.
    @Test func stoppedAfterEachStep() throws {
        let folder = TemporaryFolder()
        var last: TrainingResult<Perceptron>?
        while last?.isFinished != true {
            var trainer = try trainer(folder)
            last = try trainer.run(shouldStop: { true })
        }
        #expect(try outcome(folder, last!) == uninterrupted())
    }

    /// A failure between two checkpoints, as a kill would be: what came after the last is repeated, metrics included.
    @Test(arguments: [(1, 0), (4, 4), (9, 9), (14, 14), (13, 12)])
    func brokenOffBetweenCheckpoints(done: Int, saved: Int) throws {
        let folder = TemporaryFolder()
        var first = try trainer(folder, failingBatch: done)
        #expect(throws: Points.Failure.self) { try first.run() }
        #expect(first.step == done)
        var second = try trainer(folder)
        #expect(second.step == saved)
        #expect(try outcome(folder, second.run()) == uninterrupted())
    }

    @Test func aFinishedTrainingIsNotRepeated() throws {
        let folder = TemporaryFolder()
        var first = try trainer(folder)
        let expected = try outcome(folder, first.run())
        var second = try trainer(folder)
        #expect(second.step == 15)
        #expect(try outcome(folder, second.run()) == expected)
    }

    // MARK: Checkpoints on disk

    /// Trained up to step 8, with checkpoints of steps 7 and 8.
    private func interrupted() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        var trainer = try trainer(folder)
        _ = try trainer.run(shouldStop: { checkpoints(folder).contains("step-00000007") })
        return folder
    }

    private func checkpoints(_ folder: TemporaryFolder) -> [String] { folderContents(folder.file("checkpoints")) }

    @Test func theLastTwoAreKept() throws {
        let folder = try interrupted()
        #expect(checkpoints(folder) == ["best.safetensors", "step-00000007", "step-00000008"])
        #expect(
            folderContents(folder.file("checkpoints/step-00000008")) == [
                "average.safetensors", "checksums.json", "first-moment.safetensors", "second-moment.safetensors",
                "state.json", "weights.safetensors",
            ])
    }

    @Test func whatInterruptedProgramsLeftIsRemoved() throws {
        let folder = try interrupted()
        // Half written, half removed, and one more than two that was to be removed.
        folder.write("checkpoints/.step-00000009.abc/weights.safetensors", "half")
        folder.write("checkpoints/.step-00000002.def/state.json", "{}")
        folder.write("checkpoints/.best.safetensors.ghi", "half")
        folder.write("checkpoints/step-00000005/state.json", "{}")
        folder.write("metrics.jsonl", metrics(folder) + "{\"step\": 9, \"lo")
        var trainer = try trainer(folder)
        #expect(checkpoints(folder) == ["best.safetensors", "step-00000007", "step-00000008"])
        #expect(trainer.step == 8 && trainer.warnings.isEmpty)
        #expect(try outcome(folder, trainer.run()) == uninterrupted())
    }

    private func metrics(_ folder: TemporaryFolder) -> String {
        let bytes = (try? InputFile(folder.file("metrics.jsonl")).contents(limit: 1 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        "weights.safetensors", "average.safetensors", "second-moment.safetensors", "state.json", "checksums.json",
    ])
    func aDamagedCheckpointGivesWayToTheOneBefore(file: String) throws {
        let folder = try interrupted()
        let path = folder.file("checkpoints/step-00000008/\(file)")
        var bytes = try InputFile(path).contents(limit: 1 << 20)
        bytes[bytes.count - 10] ^= 1
        folder.write("checkpoints/step-00000008/\(file)", bytes)
        var trainer = try trainer(folder)
        #expect(trainer.step == 7)
        let warning = try #require(trainer.warnings.first)
        #expect(warning.contains("step-00000008") && warning.contains("goes on from step 7"))
        #expect(checkpoints(folder).contains("damaged-step-00000008"))
        #expect(try outcome(folder, trainer.run()) == uninterrupted())
    }

    @Test func aMissingFileIsDamageToo() throws {
        let folder = try interrupted()
        folder.write("checkpoints/step-00000008/state.json", "")
        #expect(try trainer(folder).step == 7)
    }

    @Test func noCheckpointThatCanBeReadIsAnError() throws {
        let folder = try interrupted()
        for step in [7, 8] { folder.write("checkpoints/step-0000000\(step)/weights.safetensors", "damaged") }
        let error = #expect(throws: FileError.self) { try trainer(folder) }
        #expect(error?.path == folder.file("checkpoints/step-00000008/weights.safetensors"))
        #expect(error?.kind == .badData)
        #expect(checkpoints(folder) == ["best.safetensors", "step-00000007", "step-00000008"])
    }

    @Test func linesThatAreMissingAreReported() throws {
        let folder = try interrupted()
        folder.write("metrics.jsonl", "")
        let trainer = try trainer(folder)
        #expect(trainer.step == 8 && trainer.warnings.first?.contains("metrics.jsonl") == true)
    }

    // MARK: Settings

    struct Change: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let apply: @Sendable (inout TrainingSettings) -> Void
    }

    @Test(arguments: [
        Change(testDescription: "batch size") { $0.batchSize = 8 },
        Change(testDescription: "micro-batch size") { $0.microBatchSize = 8 },
        Change(testDescription: "seed") { $0.seed = 6 },
        Change(testDescription: "epochs") { $0.epochs = 4 },
        Change(testDescription: "learning rate") { $0.learningRate = 0.01 },
        Change(testDescription: "schedule") { $0.schedule = Schedule(.cosine(finalShare: 0), warmUpSteps: 1) },
        Change(testDescription: "optimizer") { $0.optimizer = .adamW(AdamW(weightDecay: 0.1)) },
        Change(testDescription: "average decay") { $0.averageDecay = nil },
        Change(testDescription: "clip norm") { $0.clipNorm = 2 },
        Change(testDescription: "frozen layers") { $0.frozen = ["hidden"] },
        Change(testDescription: "precision") { $0.precision = .bfloat16 },
        Change(testDescription: "patience") { $0.patience = 2 },
        Change(testDescription: "labels") { $0.facts = [("labels", "cat, dog")] },
    ])
    func anotherSettingIsNamed(_ change: Change) throws {
        let folder = try interrupted()
        var settings = Self.settings
        change.apply(&settings)
        let error = #expect(throws: FileError.self) { try trainer(folder, settings: settings) }
        #expect(error?.cause.contains("began with another \(change.testDescription): ") == true)
        #expect(error?.path == folder.path)
        #expect(try trainer(folder).step == 8, "nothing was touched")
    }

    @Test func intervalsMayChange() throws {
        let folder = try interrupted()
        var settings = Self.settings
        settings.checkpointSteps = nil
        settings.checkpointInterval = .seconds(1)
        #expect(try trainer(folder, settings: settings).step == 8)
    }

    @Test func anotherModelIsRefused() throws {
        let folder = try interrupted()
        let error = #expect(throws: FileError.self) { try trainer(folder, model: Trainable(Perceptron(hiddenSize: 8))) }
        #expect(error?.description.contains("hidden.weight") == true)
    }
}
