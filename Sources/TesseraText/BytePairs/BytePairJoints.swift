/// Which tokens that merging begins with may ever be joined side by side: those with which a merge's left half ends and its right half
/// begins. It may say so of others, never the other way round.
struct BytePairJoints: Sendable {
    /// The tokens that a token begins and ends with.
    private struct Ends: Sendable, Equatable {
        var first: Int32
        var last: Int32
        /// Whether a merge made it.
        var isMade = false
        /// Whether it stood in a merge before any made it, as if merging began with it.
        var isAssumed = false
    }

    private static let bitCount = 1 << 18

    private var bits = [UInt64](repeating: 0, count: bitCount / 64)
    /// By ids.
    private var ends: [Ends] = []
    /// Whether a token that was assumed was made after all, or one has two ends, so that nothing is known.
    private var isUnknown = false

    mutating func insert(_ left: Int32, _ right: Int32, _ result: Int32) {
        while ends.count <= max(left, right, result) {
            ends.append(Ends(first: Int32(ends.count), last: Int32(ends.count)))
        }
        for id in [Int(left), Int(right)] where !ends[id].isMade { ends[id].isAssumed = true }
        let bit = Self.bit(ends[Int(left)].last, ends[Int(right)].first)
        bits[bit / 64] |= 1 << UInt64(bit % 64)
        let made = Ends(first: ends[Int(left)].first, last: ends[Int(right)].last, isMade: true)
        let known = ends[Int(result)]
        if known.isAssumed || known.isMade && known != made { isUnknown = true }
        ends[Int(result)] = made
    }

    func mayJoin(_ left: Int32, _ right: Int32) -> Bool {
        let bit = Self.bit(left, right)
        return isUnknown || bits[bit / 64] >> UInt64(bit % 64) & 1 == 1
    }

    private static func bit(_ left: Int32, _ right: Int32) -> Int {
        let mixed =
            UInt64(UInt32(bitPattern: left)) &* 0x9E37_79B9_7F4A_7C15
            ^ UInt64(UInt32(bitPattern: right)) &* 0xC2B2_AE3D_27D4_EB4F
        return Int(truncatingIfNeeded: mixed >> 40) & (bitCount - 1)
    }
}
