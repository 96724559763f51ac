import Synchronization
import TesseraTensor
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Steps of several callers that are computed together.
@Suite(.timeLimit(.minutes(1))) struct StepGatheringTests {
    /// Counts to a number.
    private final class Count: GatheredStep {
        private let state: Mutex<(value: Int, isDone: Bool)>

        init(_ value: Int) { state = Mutex((value, false)) }

        var value: Int { state.withLock { $0.value } }
        var isDone: Bool { state.withLock { $0.isDone } }
        func advance() { state.withLock { $0 = ($0.value + 1, true) } }
    }

    /// How many were computed together.
    private final class Sizes: Sendable {
        private let all = Mutex<[Int]>([])
        var value: [Int] { all.withLock { $0 } }

        func compute(_ steps: [Count]) {
            all.withLock { $0.append(steps.count) }
            usleep(1000)
            for step in steps { step.advance() }
        }
    }

    /// Callers of different numbers of steps join and leave; each step is computed once, and none is left waiting.
    @Test(.ownProcess) func everyStepIsComputedOnce() async throws {
        for limit in [1, 3, 32] { await expectEveryStep(upTo: limit) }
    }

    private func expectEveryStep(upTo limit: Int) async {
        let (gathering, sizes) = (StepGathering<Count>(), Sizes())
        let tasks = (1...12).map { stepCount in
            Task(executorPreference: LongComputation.executor) {
                var value = 0
                for _ in 0..<stepCount {
                    let step = Count(value)
                    gathering.compute(step, size: 1, limit: limit) { sizes.compute($0) }
                    value = step.value
                }
                return value
            }
        }
        for (index, task) in tasks.enumerated() { #expect(await task.value == index + 1) }
        #expect(sizes.value.reduce(0, +) == (1...12).reduce(0, +))
        #expect(sizes.value.allSatisfy { $0 <= limit })
        #expect(limit == 1 || sizes.value.contains { $0 > 1 })
    }

    /// Whoever computes for others and is cancelled leaves them to compute for themselves.
    @Test(.ownProcess) func aCancelledCallerSpoilsNothing() async throws {
        let (gathering, sizes) = (StepGathering<Count>(), Sizes())
        let hasBegun = Atomic<Bool>(false)
        let first = Task(executorPreference: LongComputation.executor) {
            try Cancellation.endingEarly {
                gathering.compute(Count(0), size: 1, limit: 8) { _ in
                    hasBegun.store(true, ordering: .relaxed)
                    while !Cancellation.isDue { usleep(500) }
                }
            }
        }
        while !hasBegun.load(ordering: .relaxed) { usleep(500) }
        let others = (0..<4).map { value in
            Task(executorPreference: LongComputation.executor) {
                let step = Count(value)
                gathering.compute(step, size: 1, limit: 8) { sizes.compute($0) }
                return step.value
            }
        }
        usleep(20_000)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        for (index, task) in others.enumerated() { #expect(await task.value == index + 1) }
    }
}
