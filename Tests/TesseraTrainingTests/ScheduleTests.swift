import TesseraTraining
import Testing

/// Each formula in Double, whose rounding the tolerance of 1e-12 allows for.
@Suite struct ScheduleTests {
    @Test(arguments: [Schedule.Curve.constant, .cosine(finalShare: 0.1), .inverseSquareRoot])
    func warmingUpRisesInALine(curve: Schedule.Curve) {
        let schedule = Schedule(curve, warmUpSteps: 4)
        #expect((0..<4).map { schedule.share(step: $0, of: 100) } == [0.25, 0.5, 0.75, 1])
    }

    /// After the warm-up of 10 steps, 80 remain: a quarter, half and all of the cosine's way.
    @Test(arguments: [(10, 1), (30, 0.1 + 0.9 * 0.8535533905932737), (50, 0.55), (90, 0.1)])
    func cosine(step: Int, expected: Double) {
        let share = Schedule(.cosine(finalShare: 0.1), warmUpSteps: 10).share(step: step, of: 90)
        #expect(abs(share - expected) < 1e-12)
    }

    @Test(arguments: [(16, 4.0 / 17.0.squareRoot()), (63, 0.5), (255, 0.25)])
    func inverseSquareRoot(step: Int, expected: Double) {
        let share = Schedule(.inverseSquareRoot, warmUpSteps: 16).share(step: step, of: 1000)
        #expect(abs(share - expected) < 1e-12)
    }

    @Test func constant() {
        #expect([0, 5, 99].allSatisfy { Schedule(.constant).share(step: $0, of: 100) == 1 })
    }

    @Test func aWarmUpLongerThanTheTraining() {
        let schedule = Schedule(.cosine(finalShare: 0), warmUpSteps: 10)
        #expect(schedule.share(step: 4, of: 5) == 0.5)
    }
}
