internal import CTesseraVector
internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A step of somebody's work that is computed among those of others.
package protocol GatheredStep: AnyObject, Sendable {
    /// Whether it was computed; not where whoever computed it was cancelled midway.
    var isDone: Bool { get }
}

/// What many threads do with one model step by step, such as writing text token after token, computed in batches that each of them
/// joins and leaves at any step. One batch is computed at a time, by all threads of the team: its weights are read once for all.
///
/// `Gathering` is for what is computed once.
package final class StepGathering<Step: GatheredStep>: Sendable {
    private struct Line {
        var waiting: [Entry] = []
        /// Whether somebody computes, or is about to.
        var isLed = false
        /// How many were computed together the last time.
        var lastCount = 1
    }

    private let line = Mutex(Line())

    package init() {}

    /// Has `step` computed, by itself or among others.
    ///
    /// - Parameters:
    ///   - size: how much the step is of what may be computed together.
    ///   - limit: how much that is; a step may be more by itself.
    ///   - body: computes steps; called in the caller's or in another caller's task.
    package func compute(_ step: Step, size: Int, limit: Int, _ body: ([Step]) -> Void) {
        guard tessera_has_turn() == 0 else { return body([step]) }
        while !step.isDone, !Cancellation.isDue {
            let entry = Entry(step, size)
            if enter(entry) || entry.waited() { lead(entry, limit, body) }
        }
    }

    /// - Returns: whether it is to be computed by its own caller, and now.
    private func enter(_ entry: Entry) -> Bool {
        line.withLock { line in
            line.waiting.append(entry)
            defer { line.isLed = true }
            return !line.isLed
        }
    }

    private func lead(_ own: Entry, _ limit: Int, _ body: ([Step]) -> Void) {
        awaitUsual()
        let batch = take(own, limit)
        Threads.takeTurn { body(batch.map(\.step)) }
        for entry in batch where entry !== own { entry.leave(leads: false) }
        let next = line.withLock { line -> Entry? in
            line.isLed = !line.waiting.isEmpty
            return line.waiting.first
        }
        next?.leave(leads: true)
    }

    /// Those of the last batch come back when each has chosen its token, which takes them a fraction of a step.
    private func awaitUsual() {
        for _ in 0..<10 {
            if line.withLock({ $0.waiting.count >= $0.lastCount }) { return }
            usleep(50)
        }
    }

    private func take(_ own: Entry, _ limit: Int) -> [Entry] {
        line.withLock { line in
            var room = limit - own.size
            var batch = [own]
            for entry in line.waiting where entry !== own && entry.size <= room {
                batch.append(entry)
                room -= entry.size
            }
            line.waiting.removeAll { entry in batch.contains { $0 === entry } }
            line.lastCount = batch.count
            return batch
        }
    }

    /// A step that waits.
    private final class Entry: Sendable {
        let step: Step
        let size: Int
        private let call = DispatchSemaphore(value: 0)
        private let leads = Atomic<Bool>(false)

        init(_ step: Step, _ size: Int) { (self.step, self.size) = (step, size) }

        func leave(leads: Bool) {
            self.leads.store(leads, ordering: .releasing)
            call.signal()
        }

        /// - Returns: whether its caller is to compute it, among others.
        func waited() -> Bool {
            call.wait()
            return leads.load(ordering: .acquiring)
        }
    }
}
