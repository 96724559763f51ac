/// The merges of byte-pair encoding (Sennrich et al. 2016): which two tokens become which one, and which of them first.
struct BytePairMerges: Sendable {
    private struct Merge: Sendable {
        /// Both tokens; all ones where the place in the table is free.
        var pair = UInt64.max
        /// `UInt32.max` for a pair that does not merge.
        var rank = UInt32.max
        var result: Int32 = -1
    }

    /// An open hash table, whose size is a power of two.
    private var table: [Merge] = []
    private var count = 0
    private var joints = BytePairJoints()
    /// Anew for every table: no file can be made to fill one corner of it.
    private let seed = UInt64.random(in: .min ... .max) | 1

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        table = Array(repeating: Merge(), count: size)
    }

    /// The merge of `left` and `right` to `result`. Lower ranks come first.
    mutating func insert(_ left: Int32, _ right: Int32, result: Int32, rank: Int) {
        if 2 * (count + 1) > table.count {
            let known = table
            (table, count) = (Array(repeating: Merge(), count: 2 * known.count), 0)
            for merge in known where merge.pair != .max { insert(merge) }
        }
        insert(Merge(pair: Self.pair(left, right), rank: UInt32(rank), result: result))
        joints.insert(left, right, result)
    }

    private mutating func insert(_ merge: Merge) {
        var slot = firstSlot(merge.pair)
        while table[slot].pair != merge.pair, table[slot].pair != .max { slot = (slot + 1) & (table.count - 1) }
        if table[slot].pair == .max { count += 1 }
        table[slot] = merge
    }

    private func firstSlot(_ pair: UInt64) -> Int {
        let mixed = (pair ^ pair >> 29) &* seed
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) >> 7) & (table.count - 1)
    }

    private func merge(_ left: Int32, _ right: Int32) -> Merge {
        let pair = Self.pair(left, right)
        return table.withUnsafeBufferPointer { table in
            var slot = firstSlot(pair)
            while table[slot].pair != pair {
                if table[slot].pair == .max { return Merge() }
                slot = (slot + 1) & (table.count - 1)
            }
            return table[slot]
        }
    }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}

extension BytePairMerges {
    /// Merges the tokens of a word until no two neighbours merge: the lowest rank first, of equal ones the leftmost.
    func apply(to word: inout [Int32]) {
        var lengths = [Int32](repeating: 1, count: word.count)
        apply(to: &word, &lengths)
    }

    /// The same for tokens with lengths, which add up.
    func apply(to word: inout [Int32], _ lengths: inout [Int32]) {
        guard word.count > 1, count > 0 else { return }
        let count = withUnsafeTemporaryAllocation(of: Token.self, capacity: word.count) { tokens in
            for index in tokens.indices { tokens[index] = Token(id: word[index], length: lengths[index]) }
            var (start, count) = (0, 0)
            // Where no merge joins what stands side by side, the word falls into parts, and short ones are merged faster.
            for end in 1...tokens.count
            where end == tokens.count
                || word.count > Self.shortCount && !joints.mayJoin(tokens[end - 1].id, tokens[end].id)
            {
                let part = Tokens(rebasing: tokens[start..<end])
                merge(part)
                collect(part, &word, &lengths, &count)
                start = end
            }
            return count
        }
        word.removeLast(word.count - count)
        lengths.removeLast(lengths.count - count)
    }

    private func merge(_ tokens: Tokens) {
        for index in tokens.indices {
            (tokens[index].previous, tokens[index].next) = (Int32(index) - 1, Int32(index) + 1)
            find(tokens, index, next: index + 1)
        }
        if tokens.count <= Self.shortCount { mergeFew(tokens) } else { mergeMany(tokens) }
    }

    /// Words of up to so many tokens are merged without a queue.
    private static let shortCount = 48

    /// A token of a word, linked to those beside it, and the merge with the next. A token that merges into the one before it falls out.
    private struct Token {
        var id: Int32
        var length: Int32
        var previous: Int32 = -1
        var next: Int32 = 0
        var rank = UInt32.max
        var result: Int32 = -1
    }

    private typealias Tokens = UnsafeMutableBufferPointer<Token>

    /// Looks up the merge of the token at `index` with the next.
    private func find(_ tokens: Tokens, _ index: Int, next: Int) {
        guard next < tokens.count else {
            tokens[index].rank = .max
            return
        }
        let found = merge(tokens[index].id, tokens[next].id)
        (tokens[index].rank, tokens[index].result) = (found.rank, found.result)
    }

    /// Merges the token at `index` with the next, and gives the one before.
    private func merge(_ tokens: Tokens, _ index: Int) -> Int {
        let merged = Int(tokens[index].next)
        tokens[index].id = tokens[index].result
        tokens[index].length += tokens[merged].length
        tokens[index].next = tokens[merged].next
        // No pair begins at a token that is gone.
        tokens[merged].rank = .max
        let next = Int(tokens[index].next)
        if next < tokens.count { tokens[next].previous = Int32(index) }
        find(tokens, index, next: next)
        let previous = Int(tokens[index].previous)
        if previous >= 0 { find(tokens, previous, next: index) }
        return previous
    }

    private func mergeFew(_ tokens: Tokens) {
        while true {
            var (best, index) = (0, Int(tokens[0].next))
            while index < tokens.count {
                if tokens[index].rank < tokens[best].rank { best = index }
                index = Int(tokens[index].next)
            }
            guard tokens[best].rank != .max else { return }
            _ = merge(tokens, best)
        }
    }

    /// A queue holds the pairs that could merge, so that a word of n tokens takes O(n log n).
    private func mergeMany(_ tokens: Tokens) {
        func entry(_ index: Int) -> UInt64? {
            tokens[index].rank == .max ? nil : UInt64(tokens[index].rank) << 32 | UInt64(index)
        }
        var queue = MinimumHeap(tokens.indices.compactMap(entry))
        while let next = queue.removeFirst() {
            let index = Int(next & 0xFFFF_FFFF)
            // A pair whose half has meanwhile merged with something else has another rank, or none.
            guard entry(index) == next else { continue }
            let previous = merge(tokens, index)
            if let entry = entry(index) { queue.insert(entry) }
            if previous >= 0, let entry = entry(previous) { queue.insert(entry) }
        }
    }

    /// Puts the tokens that are left behind those of the parts before. They are never more than they were.
    private func collect(_ tokens: Tokens, _ word: inout [Int32], _ lengths: inout [Int32], _ count: inout Int) {
        var index = 0
        while index < tokens.count {
            (word[count], lengths[count]) = (tokens[index].id, tokens[index].length)
            count += 1
            index = Int(tokens[index].next)
        }
    }
}
