import Synchronization
import TesseraTensor
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct TurnsTests {
    private static let running = Atomic<Int>(0)
    private static let most = Mutex(0)
    private static let isDone = Atomic<Bool>(false)

    /// Twice as many as there are processors would mean that nobody waited.
    @Test(.timeLimit(.minutes(1))) func noMoreRunAtOnceThanThereAreProcessors() async throws {
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 * Threads.all.count {
                group.addTask {
                    try await LongComputation.run {
                        Threads.takeTurn {
                            let count = Self.running.add(1, ordering: .relaxed).newValue
                            Self.most.withLock { $0 = max($0, count) }
                            usleep(5_000)
                            // A turn within a turn does not wait for itself.
                            return Threads.takeTurn { -Self.running.subtract(1, ordering: .relaxed).newValue + count }
                        }
                    }
                }
            }
            return try await group.reduce(into: 0) { count, _ in count += 1 }
        }
        #expect(done == 4 * Threads.all.count)
        #expect((1...Threads.all.count).contains(Self.most.withLock { $0 }))
    }

    /// Whoever needs many turns lets others have theirs in between.
    @Test(.timeLimit(.minutes(1))) func nobodyWaitsForAllTurnsOfAnother() async throws {
        let greedy = (0..<2 * Threads.all.count).map { _ in
            Task {
                try await LongComputation.run {
                    while !Self.isDone.load(ordering: .relaxed) { Threads.takeTurn { _ = usleep(1_000) } }
                }
            }
        }
        usleep(20_000)
        try await LongComputation.run { Threads.takeTurn {} }
        Self.isDone.store(true, ordering: .relaxed)
        for task in greedy { try await task.value }
    }

    /// Those who help a caller with its turn take none of their own.
    @Test(.timeLimit(.minutes(1))) func aTeamSharesItsCallersTurn() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 * Threads.all.count {
                group.addTask {
                    try await LongComputation.run {
                        Threads.takeTurn { Threads.map(64) { part in Threads.takeTurn { part } }.reduce(0, +) }
                    }
                }
            }
            for try await sum in group { #expect(sum == 64 * 63 / 2) }
        }
    }

    @Test func errorsEndATurn() {
        for _ in 0...Threads.all.count {
            #expect(throws: CancellationError.self) { try Threads.takeTurn { throw CancellationError() } }
        }
        #expect(Threads.takeTurn { 1 } == 1)
    }
}

@Suite struct CancellationTests {
    @Test func layersEndEarlyOnlyWhereTheirCallerKnows() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(!Cancellation.isDue)
            return try Cancellation.endingEarly { 1 }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let later = Task {
            try Cancellation.endingEarly {
                #expect(!Cancellation.isDue)
                withUnsafeCurrentTask { $0?.cancel() }
                #expect(Cancellation.isDue)
            }
        }
        await #expect(throws: CancellationError.self) { try await later.value }
        #expect(try Cancellation.endingEarly { 2 } == 2)
    }
}
