internal import CTesseraVector
import Synchronization

/// The package's one pool of threads.
///
/// Work enters it from one caller at a time. A caller that finds it busy does its work alone, on its own thread: servers
/// that run several requests at once then have one request on each core instead of many threads that wait for each other.
public enum Threads {
    /// How many threads a single operation may use: the processors this process may run on, unless it was set.
    public static var count: Int {
        get { chosen.load(ordering: .relaxed) }
        set {
            precondition(newValue > 0, "at least one thread is needed")
            chosen.store(newValue, ordering: .relaxed)
        }
    }

    private static let chosen = Atomic<Int>(Int(tessera_available_processors()))
    private static let busy = Atomic<Bool>(false)

    /// Set on threads that work beside the pool, such as the one that prepares the next batch: what they do stays on their
    /// own thread, and never keeps the pool from its caller.
    @TaskLocal package static var areLeftToOthers = false

    /// Calls `body` once for each part in `0 ..< parts`, in parallel where the pool is free. Parts must not write to the
    /// same memory.
    package static func forEach(_ parts: Int, _ body: (Int) -> Void) {
        let threads = min(count, parts)
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
        let parts = max(1, min(count / max(1, grain), self.count * 4))
        guard count > 0 else { return }
        forEach(parts) { part in body(count * part / parts..<count * (part + 1) / parts) }
    }

    /// Splits `0 ..< count` into a few ranges of at least `grain`; `body` adds each range's contribution to `width` sums, which
    /// are then added to `total` in the order of the ranges: the result is the same at the same `count` of threads.
    static func addSums(
        of count: Int, grain: Int, width: Int, to total: UnsafeMutablePointer<Float>,
        _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        let parts = max(1, min(count / max(1, grain), self.count))
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
