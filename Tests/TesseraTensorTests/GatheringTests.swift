import Synchronization
import TesseraTensor
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Inputs of several callers that are computed together.
@Suite(.timeLimit(.minutes(1))) struct GatheringTests {
    /// Holds all turns, so that whoever comes has to wait, until it is opened.
    private final class Gate: Sendable {
        private let isOpen = Atomic<Bool>(false)
        private let heldCount = Atomic<Int>(0)

        init() {
            for _ in 0..<Threads.all.count {
                Task(executorPreference: LongComputation.executor) {
                    Threads.takeTurn {
                        self.heldCount.add(1, ordering: .relaxed)
                        while !self.isOpen.load(ordering: .relaxed) { usleep(500) }
                    }
                }
            }
            while heldCount.load(ordering: .relaxed) < Threads.all.count { usleep(500) }
        }

        func open() { isOpen.store(true, ordering: .relaxed) }
    }

    /// What was computed together.
    private final class Batches: Sendable {
        private let all = Mutex<[[Int]]>([])
        var value: [[Int]] { all.withLock { $0 } }

        func compute(_ inputs: [Int]) -> [Int] {
            all.withLock { $0.append(inputs) }
            return inputs.map { $0 * 10 }
        }
    }

    @Test(.ownProcess) func thoseWhoWaitAreTakenAlong() async throws {
        for limit in [1, 3, 4, 100] { try await expectBatches(upTo: limit) }
    }

    private func expectBatches(upTo limit: Int) async throws {
        let (gate, gathering, batches) = (Gate(), Gathering<Bool, Int, Int>(), Batches())
        let tasks = (0..<20).map { input in
            Task(executorPreference: LongComputation.executor) {
                gathering.takeTurn(input, input % 2 == 0, limit: limit, batches.compute)
            }
        }
        usleep(100_000)
        gate.open()
        for (input, task) in tasks.enumerated() { #expect(await task.value == input * 10) }
        #expect(batches.value.joined().sorted() == Array(0..<20))
        for batch in batches.value {
            #expect(batch.count <= limit && Set(batch.map { $0 % 2 }).count == 1)
        }
        #expect(limit == 1 || batches.value.contains { $0.count > 1 })
    }

    /// An input that is more than may be computed together is computed alone.
    @Test(.ownProcess) func sizesAreCounted() async throws {
        let (gate, gathering, batches) = (Gate(), Gathering<Bool, Int, Int>(), Batches())
        let tasks = (1...10).map { size in
            Task(executorPreference: LongComputation.executor) {
                gathering.takeTurn(size, true, size: size, limit: 8, batches.compute)
            }
        }
        usleep(100_000)
        gate.open()
        for (index, task) in tasks.enumerated() { #expect(await task.value == (index + 1) * 10) }
        #expect(batches.value.allSatisfy { $0.count == 1 || $0.reduce(0, +) <= 8 })
    }

    /// Whoever takes others along and is cancelled leaves them to compute for themselves.
    @Test(.ownProcess) func aCancelledCallerSpoilsNothing() async throws {
        let (gate, gathering, batches) = (Gate(), Gathering<Bool, Int, Int>(), Batches())
        let tasks = (0..<4).map { input in
            usleep(20_000)
            return Task(executorPreference: LongComputation.executor) {
                try Cancellation.endingEarly {
                    gathering.takeTurn(input, true, limit: 100) { inputs in
                        guard inputs[0] == 0 else { return batches.compute(inputs) }
                        while !Cancellation.isDue { usleep(500) }
                        return inputs.map { _ in -1 }
                    }
                }
            }
        }
        usleep(100_000)
        gate.open()
        usleep(20_000)
        tasks[0].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[0].value }
        for (input, task) in tasks.enumerated().dropFirst() { #expect(try await task.value == input * 10) }
        #expect(batches.value.joined().sorted() == [1, 2, 3])
    }

    /// Within a turn nobody waits.
    @Test func aTurnWithinATurnIsPartOfIt() {
        let batches = Batches()
        #expect(Threads.takeTurn { Gathering<Bool, Int, Int>().takeTurn(7, true, limit: 1, batches.compute) } == 70)
    }
}
