import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

@Suite struct TrainerTests {
    static func settings(_ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
        var settings = TrainingSettings()
        settings.epochs = 3
        settings.batchSize = 16
        settings.microBatchSize = 3
        settings.learningRate = 0.02
        settings.seed = 5
        settings.reportInterval = .zero
        change(&settings)
        return settings
    }

    /// Three separated clouds: a perceptron that learns finds nearly all of them.
    @Test func learns() throws {
        let settings = Self.settings { $0.epochs = 20 }
        var trainer = try Trainer(
            PointClassification(), model: Trainable(Perceptron()), data: Points(sampleCount: 90),
            validation: Points(sampleCount: 60, seed: 2), settings: settings)
        var losses: [Double] = []
        let result = try trainer.run { losses.append($0.loss) }
        #expect(result.isFinished && result.step == 120 && losses.count == 120)
        let (start, end) = (losses.prefix(6).reduce(0, +), losses.suffix(6).reduce(0, +))
        #expect(end < 0.5 * start)
        let accuracy = try #require(result.validation?.accuracy)
        #expect(accuracy > 0.8, "guessing finds a third of them")
    }

    @Test func anEpochTakesEverySampleOnceInAnOrderOfItsOwn() throws {
        let points = Points(sampleCount: 50)
        var trainer = try Trainer(
            PointClassification(), model: Trainable(Perceptron()), data: points, settings: Self.settings())
        _ = try trainer.run()
        let made = points.made.list.withLock { $0 }
        #expect(made.map(\.epoch) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
        #expect(made.map(\.samples.count) == [12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13])
        let epochs = (0..<3).map { epoch in made.filter { $0.epoch == epoch }.flatMap(\.samples) }
        #expect(epochs.allSatisfy { $0.sorted() == Array(0..<50) })
        #expect(Set(epochs + [Array(0..<50)]).count == 4, "three orders, none of them that of the numbers")
    }

    @Test func progressCountsStepsAndEpochs() throws {
        let settings = Self.settings { $0.schedule = Schedule(.constant, warmUpSteps: 4) }
        var trainer = try Trainer(
            PointClassification(), model: Trainable(Perceptron()), data: Points(sampleCount: 32), settings: settings)
        #expect(trainer.steps == 6 && trainer.step == 0)
        var reports: [TrainingProgress] = []
        _ = try trainer.run { reports.append($0) }
        #expect(reports.map(\.step) == [1, 2, 3, 4, 5, 6])
        #expect(reports.map(\.epoch) == [1, 1, 2, 2, 3, 3])
        #expect(reports.map(\.isEndOfEpoch) == [false, true, false, true, false, true])
        #expect(reports.map(\.learningRate) == [0.005, 0.01, 0.015, 0.02, 0.02, 0.02])
        #expect(reports.allSatisfy { $0.steps == 6 && $0.epochs == 3 && $0.samplesPerSecond > 0 })
        #expect(reports.last?.timeLeft == .zero)
    }

    @Test func theBestWeightsAreTheResult() throws {
        // A rate this high lets later epochs be worse than earlier ones.
        let settings = Self.settings {
            $0.epochs = 8
            $0.learningRate = 0.5
        }
        let validation = Points(sampleCount: 40, seed: 3)
        var trainer = try Trainer(
            PointClassification(), model: Trainable(Perceptron()), data: Points(sampleCount: 48),
            validation: validation,
            settings: settings)
        var figures: [ValidationFigures] = []
        let result = try trainer.run { if let validation = $0.validation { figures.append(validation) } }
        #expect(figures.count == 8)
        let best = figures.max { ($0.accuracy, -$0.loss) < ($1.accuracy, -$1.loss) }
        #expect(result.validation == best)
        let report = PointClassification().evaluate(result.model.ready(), try validation.batch(Array(0..<40), epoch: 0))
        // The sums of the workers' losses are added in another order than one sum over all: Double's last bits.
        #expect(abs(report.meanLoss - (best?.loss ?? 0)) < 1e-6 && report.accuracy == best?.accuracy)
    }

    @Test func aLossThatIsNoNumberEndsTheTraining() throws {
        let folder = TemporaryFolder()
        let settings = Self.settings {
            $0.learningRate = 1e30
            $0.clipNorm = nil
            $0.optimizer = .sgd(SGD(momentum: 0))
        }
        var trainer = try Trainer(
            PointClassification(), model: Trainable(Perceptron()), data: Points(sampleCount: 48), settings: settings,
            output: folder.path)
        let error = #expect(throws: TrainingError.self) { try trainer.run() }
        guard case .diverged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!folder.contents.isEmpty)
    }

    @Test func whatMakingABatchThrowsIsThrown() throws {
        var trainer = try Trainer(
            PointClassification(), model: Trainable(Perceptron()), data: Points(sampleCount: 48, failingBatch: 3),
            settings: Self.settings())
        #expect(throws: Points.Failure.self) { try trainer.run() }
        #expect(trainer.step == 3, "the batches that could be made were trained on")
    }

    @Test func nothingToTrainOn() {
        #expect(throws: TrainingError.noSamples) {
            try Trainer(PointClassification(), model: Trainable(Perceptron()), data: Points(sampleCount: 0))
        }
    }

    /// bfloat16 has 8 bits: products differ by 2⁻⁸ of their terms, and the trained weights by little more.
    @Test func productsInBFloat16TrainAlike() throws {
        func train(_ precision: Precision) throws -> [String: Tensor] {
            var trainer = try Trainer(
                PointClassification(dropout: 0), model: Trainable(Perceptron()), data: Points(sampleCount: 48),
                settings: Self.settings {
                    $0.precision = precision
                    $0.optimizer = .sgd(SGD(momentum: 0.9))
                })
            return try trainer.run().model.parameters
        }
        let (exact, rounded) = (try train(.float32), try train(.bfloat16))
        for (name, tensor) in exact where name.hasSuffix("weight") {
            #expect(relativeError(rounded[name]!, tensor) < 0.02)
        }
        #expect(exact != rounded)
    }
}
