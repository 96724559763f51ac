/// The latest samples of sound that never ends, by their places from its beginning.
struct HeldSound: Sendable {
    private var samples: [Float] = []
    private var first = 0

    /// Where the next sample will be.
    var end: Int { first + samples.count }

    mutating func append(_ more: some Sequence<Float>) { samples += more }

    /// Gives up what lies before `place`.
    mutating func discard(before place: Int) {
        let count = min(max(0, place - first), samples.count)
        samples.removeFirst(count)
        first += count
    }

    /// The samples of `range` that are held.
    subscript(range: Range<Int>) -> [Float] {
        let held = range.clamped(to: first..<end)
        return Array(samples[held.lowerBound - first..<held.upperBound - first])
    }
}
