/// The merges of byte-pair encoding (Sennrich et al. 2016): which two tokens become which one, and which of them first.
struct BytePairMerges: Sendable {
    private struct Merge: Sendable {
        let rank: UInt32
        let result: Int32

        static let none = Merge(rank: .max, result: -1)
    }

    /// An open hash table, whose size is a power of two: pairs of tokens, and what becomes of them. A pair is never all ones.
    private var keys: [UInt64] = []
    private var merges: [Merge] = []
    private var count = 0
    /// Anew in every process: no file can be made to fill one corner of the table.
    private static let seed = UInt64.random(in: .min ... .max) | 1

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        resize(to: size)
    }

    /// The merge of `left` and `right` to `result`. Lower ranks come first.
    mutating func insert(_ left: Int32, _ right: Int32, result: Int32, rank: Int) {
        if 2 * (count + 1) > keys.count { resize(to: 2 * keys.count) }
        insert(Self.key(left, right), Merge(rank: UInt32(rank), result: result))
    }

    private mutating func insert(_ key: UInt64, _ merge: Merge) {
        var slot = firstSlot(key)
        while keys[slot] != key, keys[slot] != .max { slot = (slot + 1) & (keys.count - 1) }
        if keys[slot] != key { count += 1 }
        (keys[slot], merges[slot]) = (key, merge)
    }

    private mutating func resize(to size: Int) {
        let known = zip(keys, merges).filter { $0.0 != .max }
        (keys, merges) = ([UInt64](repeating: .max, count: size), [Merge](repeating: .none, count: size))
        count = 0
        for (key, merge) in known { insert(key, merge) }
    }

    private func firstSlot(_ key: UInt64) -> Int {
        let mixed = (key ^ key >> 29) &* Self.seed
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) >> 7) & (keys.count - 1)
    }

    private func merge(_ left: Int32, _ right: Int32) -> Merge {
        let key = Self.key(left, right)
        var slot = firstSlot(key)
        while keys[slot] != key {
            if keys[slot] == .max { return .none }
            slot = (slot + 1) & (keys.count - 1)
        }
        return merges[slot]
    }

    /// Merges the tokens of a word until no two neighbours merge: the lowest rank first, of equal ones the leftmost.
    func apply(to word: inout [Int32]) {
        var lengths = [Int32](repeating: 1, count: word.count)
        apply(to: &word, &lengths)
    }

    /// The same for tokens with lengths, which add up.
    func apply(to word: inout [Int32], _ lengths: inout [Int32]) {
        guard word.count > 1, count > 0 else { return }
        if word.count <= Self.shortCount { applyToShort(&word, &lengths) } else { applyToLong(&word, &lengths) }
    }

    /// Words of up to so many tokens are merged without a queue.
    private static let shortCount = 24

    private func applyToShort(_ word: inout [Int32], _ lengths: inout [Int32]) {
        var count = word.count
        withUnsafeTemporaryAllocation(of: Merge.self, capacity: count) { found in
            for index in 0..<count - 1 { found[index] = merge(word[index], word[index + 1]) }
            while true {
                var best = 0
                for index in 1..<max(1, count - 1) where found[index].rank < found[best].rank { best = index }
                guard found[best].rank < Merge.none.rank else { break }
                word[best] = found[best].result
                lengths[best] += lengths[best + 1]
                count -= 1
                for index in best + 1..<max(best + 1, count) {
                    (word[index], lengths[index]) = (word[index + 1], lengths[index + 1])
                    if index < count - 1 { found[index] = found[index + 1] }
                }
                if best > 0 { found[best - 1] = merge(word[best - 1], word[best]) }
                guard count > 1 else { break }
                found[best] = best < count - 1 ? merge(word[best], word[best + 1]) : .none
            }
        }
        word.removeLast(word.count - count)
        lengths.removeLast(lengths.count - count)
    }

    /// A queue holds the pairs that could merge, and tokens are linked to their neighbours, so that a word of n tokens
    /// takes O(n log n).
    private func applyToLong(_ word: inout [Int32], _ lengths: inout [Int32]) {
        var tokens = Links(word, lengths)
        var queue = MinimumHeap(word.indices.dropLast().compactMap { entry(tokens, $0) })
        while let next = queue.removeFirst() {
            let position = Int(next & 0xFFFF_FFFF)
            // A pair whose half has meanwhile merged with something else has another rank, or none.
            guard entry(tokens, position) == next, let merge = merge(tokens, position) else { continue }
            tokens.mergeWithNext(position, merge.result)
            if let entry = entry(tokens, position) { queue.insert(entry) }
            if let previous = tokens.previous(position), let entry = entry(tokens, previous) { queue.insert(entry) }
        }
        (word, lengths) = tokens.remaining
    }

    private func merge(_ tokens: Links, _ position: Int) -> Merge? {
        guard let next = tokens.next(position) else { return nil }
        let found = merge(tokens.ids[position], tokens.ids[next])
        return found.rank < Merge.none.rank ? found : nil
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
    private var lengths: [Int32]
    private var nexts: [Int32]
    private var previouses: [Int32]

    init(_ word: [Int32], _ lengths: [Int32]) {
        (ids, self.lengths) = (word, lengths)
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
        lengths[position] += lengths[merged]
        nexts[position] = following
        if Int(following) < ids.count { previouses[Int(following)] = Int32(position) }
        // No pair begins at a token that is gone.
        nexts[merged] = Int32(ids.count)
    }

    var remaining: (ids: [Int32], lengths: [Int32]) {
        var remaining: ([Int32], [Int32]) = ([], [])
        var position: Int? = 0
        while let index = position {
            remaining.0.append(ids[index])
            remaining.1.append(lengths[index])
            position = next(index)
        }
        return remaining
    }
}
