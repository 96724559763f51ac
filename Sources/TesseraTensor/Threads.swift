internal import CTesseraVector
import Synchronization

/// How many threads a computation may use: a value that is passed to what computes, or that surrounds it.
///
/// ```swift
/// let classifier = try ImageClassifier(folder: "vit", threads: Threads(count: 2))
/// let shares = Threads(count: 1).run { scores.softmax() }
/// ```
///
/// All threads are of one team, which the process has once. Work enters it from one caller at a time; a caller that finds it busy
/// does its work alone, on its own thread: servers that run several requests at once then have one request on each core instead of
/// many threads that wait for each other. Of more requests than cores each has its turns: see `takeTurn`.
public struct Threads: Sendable, Equatable {
    /// At least 1.
    public let count: Int

    /// - Parameter count: at least 1, the caller's own among them.
    public init(count: Int) {
        precondition(count > 0, "at least one thread is needed")
        self.count = count
    }

    /// As many as there are processors that this process may run on.
    public static let all = Threads(count: Int(tessera_available_processors()))

    /// Those of the `run` that surrounds the caller; all where there is none.
    public static var current: Threads {
        let count = Int(tessera_current_threads())
        return count > 0 ? Threads(count: count) : all
    }

    /// Calls `body`, whose computations on the calling thread may then use so many threads.
    ///
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let before = tessera_current_threads()
        tessera_set_current_threads(Int32(clamping: count))
        defer { tessera_set_current_threads(before) }
        return try body()
    }

    private static let busy = Atomic<Bool>(false)

    /// Set on threads that work beside the team, such as the one that prepares the next batch: what they do stays on their
    /// own thread, and never keeps the team from its caller.
    @TaskLocal package static var areLeftToOthers = false
}

extension Threads {
    /// Calls `body` once for each part in `0 ..< parts`, in parallel where the team is free. Parts must not write to the
    /// same memory.
    package static func forEach(_ parts: Int, _ body: (Int) -> Void) {
        let threads = parts > 1 ? min(current.count - Turns.othersCount, parts) : 1
        guard threads > 1, !areLeftToOthers,
            busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else {
            for part in 0..<parts { body(part) }
            return
        }
        defer { busy.store(false, ordering: .releasing) }
        withoutActuallyEscaping(body) { body in
            var work = body
            withUnsafeMutablePointer(to: &work) { context in
                tessera_parallel(
                    Int32(threads), Int64(parts),
                    { context, part in
                        context!.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(part))
                    }, context)
            }
        }
    }

    /// The same for parts that may fail; those that have not begun when one did are left out.
    ///
    /// - Throws: what the first of the parts that failed threw.
    package static func forEachPart<Failure: Error>(
        of parts: Int, _ body: (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let failures = Mutex<[Int: Failure]>([:])
        forEach(parts) { part in
            guard failures.withLock(\.isEmpty) else { return }
            do throws(Failure) { try body(part) } catch { failures.withLock { $0[part] = error } }
        }
        if let first = failures.withLock({ $0.min { $0.key < $1.key } }) { throw first.value }
    }

    /// What `body` makes of each part in `0 ..< count`, in order; see `forEach`.
    package static func map<Element>(_ count: Int, _ body: (Int) -> Element) -> [Element] {
        [Element](unsafeUninitializedCapacity: count) { buffer, filled in
            let start = buffer.baseAddress
            forEach(count) { part in start?.advanced(by: part).initialize(to: body(part)) }
            filled = count
        }
    }

    /// Splits `0 ..< count` into ranges of at least `grain`, several a thread so that a slowed core does not hold up the
    /// others, and calls `body` for each.
    package static func forEachRange(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        guard count > 0 else { return }
        let parts = count < 2 * grain ? 1 : max(1, min(count / max(1, grain), current.count * 4))
        forEach(parts) { part in body(count * part / parts..<count * (part + 1) / parts) }
    }

    /// Splits `0 ..< count` into a few ranges of at least `grain`; `body` adds each range's contribution to `width` sums, which
    /// are then added to `total` in the order of the ranges: the result is the same at the same number of threads.
    static func addSums(
        of count: Int, grain: Int, width: Int, to total: UnsafeMutablePointer<Float>,
        _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let parts = max(1, min(count / max(1, grain), current.count))
        guard parts > 1 else { return body(0..<count, total) }
        var sums = Tensor(shape: [parts, width], repeating: 0)
        sums.withMutableValues { sums in
            let start = sums.baseAddress!
            forEach(parts) { part in
                body(count * part / parts..<count * (part + 1) / parts, start + part * width)
            }
            kernels.pointee.add_rows(start, Int64(parts), Int64(width), total)
        }
    }
}
