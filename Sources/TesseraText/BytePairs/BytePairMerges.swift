/// The merges of byte-pair encoding (Sennrich et al. 2016): which two tokens become which one, and which of them first.
struct BytePairMerges: Sendable {
    private struct Merge: Sendable {
        let rank: UInt32
        let result: Int32
    }

    private var merges: [UInt64: Merge] = [:]

    init(capacity: Int) { merges.reserveCapacity(capacity) }

    /// The merge of `left` and `right` to `result`. Lower ranks come first.
    mutating func insert(_ left: Int32, _ right: Int32, result: Int32, rank: Int) {
        merges[Self.key(left, right)] = Merge(rank: UInt32(rank), result: result)
    }

    /// Merges the tokens of a word until no two neighbours merge: the lowest rank first, of equal ones the leftmost.
    ///
    /// A queue holds the pairs that could merge, and tokens are linked to their neighbours, so that a word of n tokens
    /// takes O(n log n).
    func apply(to word: inout [Int32]) {
        guard word.count > 1 else { return }
        var tokens = Links(word)
        var queue = MinimumHeap(word.indices.dropLast().compactMap { entry(tokens, $0) })
        while let next = queue.removeFirst() {
            let position = Int(next & 0xFFFF_FFFF)
            // A pair whose half has meanwhile merged with something else has another rank, or none.
            guard entry(tokens, position) == next, let merge = merge(tokens, position) else { continue }
            tokens.mergeWithNext(position, merge.result)
            if let entry = entry(tokens, position) { queue.insert(entry) }
            if let previous = tokens.previous(position), let entry = entry(tokens, previous) { queue.insert(entry) }
        }
        word = tokens.remaining
    }

    private func merge(_ tokens: Links, _ position: Int) -> Merge? {
        guard let next = tokens.next(position) else { return nil }
        return merges[Self.key(tokens.ids[position], tokens.ids[next])]
    }

    /// What the queue holds for the token at `position` and the next: rank, then position.
    private func entry(_ tokens: Links, _ position: Int) -> UInt64? {
        merge(tokens, position).map { UInt64($0.rank) << 32 | UInt64(position) }
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}

/// The tokens of a word, each linked to those beside it. A token that merges into the one before it falls out.
private struct Links {
    private(set) var ids: [Int32]
    private var nexts: [Int32]
    private var previouses: [Int32]

    init(_ word: [Int32]) {
        ids = word
        nexts = (1...Int32(word.count)).map(\.self)
        previouses = (-1..<Int32(word.count) - 1).map(\.self)
    }

    func next(_ position: Int) -> Int? {
        let next = Int(nexts[position])
        return next < ids.count ? next : nil
    }

    func previous(_ position: Int) -> Int? {
        let previous = Int(previouses[position])
        return previous >= 0 ? previous : nil
    }

    mutating func mergeWithNext(_ position: Int, _ result: Int32) {
        let merged = Int(nexts[position])
        let following = nexts[merged]
        ids[position] = result
        nexts[position] = following
        if Int(following) < ids.count { previouses[Int(following)] = Int32(position) }
        // No pair begins at a token that is gone.
        nexts[merged] = Int32(ids.count)
    }

    var remaining: [Int32] {
        var remaining: [Int32] = []
        var position: Int? = 0
        while let index = position {
            remaining.append(ids[index])
            position = next(index)
        }
        return remaining
    }
}
