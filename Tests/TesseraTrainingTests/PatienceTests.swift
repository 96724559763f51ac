import TesseraLayers
import TesseraTraining
import TestSupport
import Testing

/// A training whose validation gets no better ends early.
@Suite struct PatienceTests {
    /// Without a gain nothing is better after the first epoch: each validation gives the same figures.
    private func trainer(
        _ patience: Int?, rate: Float = 0, output: String? = nil
    ) throws -> Trainer<PointClassification, Points> {
        try Trainer(
            PointClassification(), model: Trainable(Perceptron()), data: Points(sampleCount: 48),
            validation: Points(sampleCount: 30, seed: 2),
            settings: TrainerTests.settings {
                ($0.epochs, $0.patience, $0.learningRate) = (8, patience, rate)
            }, output: output)
    }

    @Test("It ends so many epochs after the best one", arguments: [(1, 2), (3, 4), (7, 8), (8, 8), (nil, 8)])
    func ends(patience: Int?, epochs: Int) throws {
        var trainer = try trainer(patience)
        var ended = 0
        let result = try trainer.run { if $0.isEndOfEpoch { ended = $0.epoch } }
        #expect(result.isFinished && ended == epochs && result.step == 3 * epochs)
        #expect(result.validation?.epoch == 1)
    }

    @Test func aBetterValidationGivesNewPatience() throws {
        // A rate this high lets later epochs be worse than earlier ones.
        func epochs(_ patience: Int?) throws -> [(epoch: Int, figures: ValidationFigures)] {
            var trainer = try trainer(patience, rate: 0.3)
            var epochs: [(epoch: Int, figures: ValidationFigures)] = []
            _ = try trainer.run { if let figures = $0.validation { epochs.append((figures.epoch, figures)) } }
            return epochs
        }
        let all = try epochs(nil)
        var (best, expected) = (all[0], all.count)
        for (epoch, figures) in all {
            let isBetter = (figures.accuracy, -figures.loss) > (best.figures.accuracy, -best.figures.loss)
            if isBetter { best = (epoch, figures) }
            if epoch - best.epoch >= 2 {
                expected = epoch
                break
            }
        }
        #expect(best.epoch > 1 && expected < all.count, "the case tests something")
        #expect(try epochs(2).count == expected)
    }

    /// Stopped after each step, it ends where one that ran through does, and does not begin again.
    @Test func aTrainingThatIsTakenUpRemembersIt() throws {
        let folder = TemporaryFolder()
        var last: TrainingResult<Perceptron>?
        while last?.isFinished != true {
            var trainer = try trainer(2, output: folder.path)
            last = try trainer.run(shouldStop: { true })
        }
        #expect(last?.step == 9 && last?.validation?.epoch == 1)
        var again = try trainer(2, output: folder.path)
        #expect(again.step == 9)
        #expect(try again.run().step == 9)
    }
}
