import Synchronization
import TesseraServer
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MemoryBudgetTests {
    /// What is in use, and was.
    private final class Use: Sendable {
        struct State {
            var (now, most) = (0, 0)
            var order: [Int] = []
        }

        let state = Mutex(State())

        var order: [Int] { state.withLock { $0.order } }
    }

    /// Many with different needs have them all, one after the other, and never more together than there is.
    @Test func neverIsMoreInUseThanThereIs() async {
        let (budget, use) = (MemoryBudget(limit: 10), Use())
        let amounts = (0..<200).map { $0 % 13 }
        await withThrowingTaskGroup { group in
            for amount in amounts {
                group.addTask {
                    try await budget.holding(amount) {
                        use.state.withLock { use in
                            use.now += min(amount, 10)
                            use.most = max(use.most, use.now)
                        }
                        await Task.yield()
                        use.state.withLock { use in
                            use.now -= min(amount, 10)
                            use.order.append(amount)
                        }
                    }
                }
            }
        }
        let result = use.state.withLock { $0 }
        #expect(result.now == 0 && result.most <= 10 && result.most > 5)
        #expect(result.order.sorted() == amounts.sorted())
    }

    /// Small needs do not pass a large one by, and those behind one that is given up need not wait for it.
    @Test func theLineIsKept() async throws {
        let (budget, use) = (MemoryBudget(limit: 10), Use())
        @Sendable func hold(_ amount: Int) -> Task<Void, any Error> {
            Task { try await budget.holding(amount) { use.state.withLock { $0.order.append(amount) } } }
        }
        @Sendable func wait(forWaiting count: Int) async { while budget.waitingCount != count { await Task.yield() } }
        try await budget.holding(5) {
            var tasks: [Task<Void, any Error>] = []
            for amount in [9, 6, 2] {
                tasks.append(hold(amount))
                await wait(forWaiting: tasks.count)
            }
            #expect(use.order == [])
            for task in tasks[..<2] { task.cancel() }
            for task in tasks[..<2] { await #expect(throws: CancellationError.self) { try await task.value } }
            try await tasks[2].value
            #expect(use.order == [2])
        }
        try await hold(10).value
        #expect(use.order == [2, 10])
    }

    @Test func whoIsCancelledBeforeTakesNothing() async throws {
        let budget = MemoryBudget(limit: 10)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await budget.holding(10) {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try await budget.holding(10) {}
    }
}
