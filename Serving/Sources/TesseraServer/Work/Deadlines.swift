internal import Synchronization

/// Ends work at its deadline. One task looks after all: a sleep for each, though cancelled, would keep its memory until it had run out.
final class Deadlines: Sendable {
    private struct State {
        var entries: [Int: (deadline: ContinuousClock.Instant, end: @Sendable () -> Void)] = [:]
        var nextNumber = 0
        var isWatched = false
    }

    static let shared = Deadlines()

    private let state = Mutex(State())

    /// Calls `end` once `deadline` has passed, unless it is removed before.
    ///
    /// - Returns: what to remove it by.
    func add(_ deadline: ContinuousClock.Instant, _ end: @escaping @Sendable () -> Void) -> Int {
        let (number, isWatched) = state.withLock { state in
            defer { (state.nextNumber, state.isWatched) = (state.nextNumber + 1, true) }
            state.entries[state.nextNumber] = (deadline, end)
            return (state.nextNumber, state.isWatched)
        }
        if !isWatched { Task.detached { await self.watch() } }
        return number
    }

    func remove(_ number: Int) { state.withLock { _ = $0.entries.removeValue(forKey: number) } }

    /// Looks ten times a second, as long as there is something to look after.
    private func watch() async {
        while hasMore() {
            try? await Task.sleep(for: .milliseconds(100))
            for end in takeDue() { end() }
        }
    }

    private func hasMore() -> Bool {
        state.withLock { state in
            state.isWatched = !state.entries.isEmpty
            return state.isWatched
        }
    }

    private func takeDue() -> [@Sendable () -> Void] {
        state.withLock { state in
            let due = state.entries.filter { $0.value.deadline <= .now }
            for number in due.keys { state.entries[number] = nil }
            return due.values.map(\.end)
        }
    }
}
