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
        _ = Turns.begin(Place())
        defer { Turns.end() }
        return try body()
    }
}

/// The line of those who wait for their turn.
enum Turns {
    private struct Line {
        var running = 0
        var waiting: [Place] = []
    }

    private static let line = Mutex(Line())
    private static let running = Atomic<Int>(0)

    /// How many turns run beside the caller's own: so many processors are theirs.
    static var othersCount: Int { max(0, running.load(ordering: .relaxed) - Int(tessera_has_turn())) }

    /// Waits at the end of the line.
    ///
    /// - Returns: whether the caller has its turn now; not where somebody took it out of the line.
    static func begin(_ place: Place) -> Bool {
        let isFree = line.withLock { line in
            guard line.running >= Threads.all.count else {
                line.running += 1
                running.store(line.running, ordering: .relaxed)
                return true
            }
            line.waiting.append(place)
            return false
        }
        guard isFree || place.waited() else { return false }
        tessera_set_has_turn(1)
        return true
    }

    static func end() {
        tessera_set_has_turn(0)
        let next = line.withLock { line -> Place? in
            // The turn passes to the first in line, and those who come now stand behind it.
            guard line.waiting.isEmpty else { return line.waiting.removeFirst() }
            line.running -= 1
            running.store(line.running, ordering: .relaxed)
            return nil
        }
        next?.leave(withTurn: true)
    }

    /// Takes those out of the line that `isWanted` wants, the first first: whoever does this lets them leave.
    static func takeOut(where isWanted: (Place) -> Bool) -> [Place] {
        line.withLock { line in
            let taken = line.waiting.filter(isWanted)
            line.waiting.removeAll { place in taken.contains { $0 === place } }
            return taken
        }
    }
}

/// Where somebody stands in the line.
final class Place: Sendable {
    /// What is wanted there, where others could do it as well.
    let request: (any AnyObject & Sendable)?
    private let call = DispatchSemaphore(value: 0)
    private let hasTurn = Atomic<Bool>(false)

    init(_ request: (any AnyObject & Sendable)? = nil) { self.request = request }

    func leave(withTurn: Bool) {
        hasTurn.store(withTurn, ordering: .releasing)
        call.signal()
    }

    /// Waits to be let leave.
    ///
    /// - Returns: whether with a turn.
    fileprivate func waited() -> Bool {
        call.wait()
        return hasTurn.load(ordering: .acquiring)
    }
}
