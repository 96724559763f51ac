internal import CTesseraVector
internal import Dispatch
internal import Synchronization

extension Threads {
    /// Calls `body` when it is its turn: of what is computed in turns, as many run at once as there are processors, and the others
    /// wait in line. So each has a processor and its caches to itself, and no more memory is in use at once than that many need.
    ///
    /// A turn takes some milliseconds, such as a batch through an encoder, or a token through a decoder: whoever needs many turns goes
    /// to the end of the line between them, and nobody waits behind the whole of a long recording. A turn within a turn is part of it.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    package static func takeTurn<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard tessera_has_turn() == 0 else { return try body() }
        Turns.begin()
        tessera_set_has_turn(1)
        defer {
            tessera_set_has_turn(0)
            Turns.end()
        }
        return try body()
    }
}

/// The line of those who wait for their turn.
enum Turns {
    private struct Line {
        var running = 0
        var waiting: [DispatchSemaphore] = []
    }

    private static let line = Mutex(Line())
    private static let running = Atomic<Int>(0)

    /// How many turns run beside the caller's own: so many processors are theirs.
    static var othersCount: Int { max(0, running.load(ordering: .relaxed) - Int(tessera_has_turn())) }

    static func begin() {
        let place = line.withLock { line -> DispatchSemaphore? in
            guard line.running >= Threads.all.count else {
                line.running += 1
                running.store(line.running, ordering: .relaxed)
                return nil
            }
            let place = DispatchSemaphore(value: 0)
            line.waiting.append(place)
            return place
        }
        place?.wait()
    }

    static func end() {
        let next = line.withLock { line -> DispatchSemaphore? in
            // The turn passes to the first in line, and those who come now stand behind it.
            guard line.waiting.isEmpty else { return line.waiting.removeFirst() }
            line.running -= 1
            running.store(line.running, ordering: .relaxed)
            return nil
        }
        next?.signal()
    }
}
