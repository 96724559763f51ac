import TesseraTensor
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ThreadsTests {
    @Test func whatSurroundsAComputationSaysItsThreads() {
        #expect(Threads.current == Threads.all)
        Threads(count: 3).run {
            #expect(Threads.current.count == 3)
            Threads(count: 1).run { #expect(Threads.current.count == 1) }
            #expect(Threads.current.count == 3)
        }
        #expect(Threads.current == Threads.all)
    }

    /// Work is split alike on every thread that does it.
    @Test func partsSeeTheThreadsOfTheirCaller() {
        for count in [2, 5] {
            let seen = Threads(count: count).run { Threads.map(64) { _ in Threads.current.count } }
            #expect(seen == [Int](repeating: count, count: 64))
        }
    }

    @Test func errorsEndARun() {
        #expect(throws: CancellationError.self) { try Threads(count: 2).run { throw CancellationError() } }
        #expect(Threads.current == Threads.all)
    }
}

@Suite struct LongComputationTests {
    /// As many as wait for each other, which cooperative threads could not.
    @Test(.timeLimit(.minutes(1))) func manyRunAtOnce() async throws {
        let arrived = Arrivals()
        let results = try await withThrowingTaskGroup(of: Int.self, returning: [Int].self) { group in
            for number in 0..<64 {
                group.addTask {
                    try await LongComputation.run {
                        arrived.arrive(of: 64)
                        return number
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.sorted() == Array(0..<64))
    }

    @Test(.timeLimit(.minutes(1))) func cancellationIsSeen() async throws {
        let task = Task {
            try await LongComputation.run {
                while !Task.isCancelled { usleep(1000) }
                return true
            }
        }
        task.cancel()
        #expect(try await task.value)
    }

    @Test(arguments: [1, 3]) func itsThreadsAreItsCallersAffair(count: Int) async throws {
        let seen = try await LongComputation.run(with: Threads(count: count)) { Threads.current.count }
        #expect(seen == count)
    }

    @Test func errorsComeBack() async {
        await #expect(throws: CancellationError.self) { try await LongComputation.run { throw CancellationError() } }
    }
}

/// Threads that wait until all have come.
private final class Arrivals: @unchecked Sendable {
    private var mutex = pthread_mutex_t()
    private var condition = pthread_cond_t()
    private var count = 0

    init() {
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&condition, nil)
    }

    func arrive(of total: Int) {
        pthread_mutex_lock(&mutex)
        count += 1
        pthread_cond_broadcast(&condition)
        while count < total { pthread_cond_wait(&condition, &mutex) }
        pthread_mutex_unlock(&mutex)
    }
}
