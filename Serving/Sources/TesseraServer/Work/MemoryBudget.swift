internal import Synchronization

/// Memory that requests share: who needs more than is left waits, in the order they came.
package final class MemoryBudget: Sendable {
    private struct Waiter {
        let number, byteCount: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var free: Int
        var waiters: [Waiter] = []
        var nextNumber = 0
    }

    private let limit: Int
    private let state: Mutex<State>

    /// - Parameter limit: how many bytes there are.
    package init(limit: Int) {
        self.limit = limit
        state = Mutex(State(free: limit))
    }

    /// Calls `body` when so many bytes are free, which it holds until it is done. Who needs more than there are has all of them.
    ///
    /// - Throws: what `body` throws; `CancellationError`.
    package func holding<Result: Sendable>(
        _ byteCount: Int, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let byteCount = min(byteCount, limit)
        try await take(byteCount)
        defer { give(byteCount) }
        return try await body()
    }

    /// How many wait.
    package var waitingCount: Int { state.withLock { $0.waiters.count } }

    private func take(_ byteCount: Int) async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Asked with the lock held: a task that is cancelled before has nothing removed from the line.
                let answer = state.withLock { state -> Result<Void, any Error>? in
                    guard !Task.isCancelled else { return .failure(CancellationError()) }
                    guard state.waiters.isEmpty, byteCount <= state.free else {
                        state.waiters.append(Waiter(number: number, byteCount: byteCount, continuation: continuation))
                        return nil
                    }
                    state.free -= byteCount
                    return .success(())
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
            // Those behind may need less.
            give(0)
        }
    }

    private func give(_ byteCount: Int) {
        let next = state.withLock { state in
            state.free += byteCount
            var next: [Waiter] = []
            while let first = state.waiters.first, first.byteCount <= state.free {
                state.free -= first.byteCount
                next.append(state.waiters.removeFirst())
            }
            return next
        }
        for waiter in next { waiter.continuation.resume() }
    }
}
