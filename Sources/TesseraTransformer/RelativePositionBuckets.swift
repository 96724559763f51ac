public import TesseraLayers
public import TesseraTensor

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A learned bias of the attention scores for each distance between two tokens, shared by all blocks of a stack (T5, Raffel
/// et al., 2020, 2.1).
///
/// Short distances have a bucket each. As many more buckets grow logarithmically up to a largest distance, and the last of
/// them serves all that lies beyond. Where tokens see both ways, half of the buckets are for what follows the query.
public struct RelativePositionBuckets: Layer {
    /// Which distances are told apart.
    public struct Configuration: Sendable {
        /// How many distances, or ranges of them, are told apart.
        public var bucketCount: Int
        /// In tokens: more than there are buckets of one token each.
        public var maximumDistance: Int

        /// - Parameters:
        ///   - bucketCount: how many distances, or ranges of them, are told apart.
        ///   - maximumDistance: in tokens, from which on all distances are alike.
        public init(bucketCount: Int, maximumDistance: Int) {
            (self.bucketCount, self.maximumDistance) = (bucketCount, maximumDistance)
        }
    }

    /// In tokens, from which on all distances are alike.
    public let maximumDistance: Int
    /// Whether keys that follow the query have buckets of their own: in encoders. In decoders nothing that follows is seen.
    public let isBidirectional: Bool
    /// `[buckets, heads]`
    public var table: Tensor

    /// A table that a checkpoint will fill.
    package init(_ configuration: Configuration, headCount: Int, isBidirectional: Bool) {
        maximumDistance = configuration.maximumDistance
        self.isBidirectional = isBidirectional
        table = Tensor(unloaded: [configuration.bucketCount, headCount])
        precondition(exactCount > 0 && maximumDistance > exactCount, "\(configuration) makes no buckets")
    }

    /// The bias for queries at the positions `queries` and keys at `0 ..< keyCount`.
    ///
    /// - Returns: `[heads, queries, keys]`
    public func callAsFunction(queries: Range<Int>, keyCount: Int) -> Tensor {
        // From one query to the next the bias only moves by a key: each row is a stretch of one list of offsets.
        let offsets = table.gatheringRows(buckets(queries, keyCount)).transposed()
        let (heads, count) = (offsets.shape[0], offsets.shape[1])
        var bias = Tensor(uninitialized: [heads, queries.count, keyCount])
        offsets.withValues { offsets in
            bias.withMutableValues { bias in
                Threads.forEach(heads) { head in
                    for query in 0..<queries.count {
                        (bias.baseAddress! + (head * queries.count + query) * keyCount).update(
                            from: offsets.baseAddress! + head * count + queries.count - 1 - query, count: keyCount)
                    }
                }
            }
        }
        return bias
    }

    /// The gradient of the table: each entry's is the sum over the pairs of tokens that read it.
    ///
    /// - Parameters:
    ///   - biasGradient: `[heads, queries, keys]`
    ///   - queries: the positions that the bias was made for.
    public func accumulate(
        _ biasGradient: Tensor, queries: Range<Int>, into gradient: inout RelativePositionBuckets
    ) {
        let (heads, keyCount) = (biasGradient.shape[0], biasGradient.shape[2])
        let buckets = buckets(queries, keyCount)
        var sums = Tensor(shape: [heads, buckets.count], repeating: 0)
        biasGradient.withValues { bias in
            sums.withMutableValues { sums in
                Threads.forEach(heads) { head in
                    for query in 0..<queries.count {
                        let row = bias.baseAddress! + (head * queries.count + query) * keyCount
                        let start = sums.baseAddress! + head * buckets.count + queries.count - 1 - query
                        for key in 0..<keyCount { start[key] += row[key] }
                    }
                }
            }
        }
        gradient.table.addRows(sums.transposed(), at: buckets)
    }

    /// The bucket of each offset from a query to a key, from the last query's to the first key up to the first query's to the
    /// last key.
    private func buckets(_ queries: Range<Int>, _ keyCount: Int) -> [Int] {
        (0..<max(0, queries.count + keyCount - 1)).map { bucket($0 - (queries.upperBound - 1)) }
    }

    /// Buckets for one direction.
    private var directedCount: Int { isBidirectional ? table.shape[0] / 2 : table.shape[0] }
    /// Those of them that hold one distance each.
    private var exactCount: Int { directedCount / 2 }

    /// - Parameter offset: from the query to the key, in tokens.
    private func bucket(_ offset: Int) -> Int {
        let first = isBidirectional && offset > 0 ? directedCount : 0
        let distance = isBidirectional ? abs(offset) : max(0, -offset)
        guard distance >= exactCount else { return first + distance }
        // In single precision, as the reference has it: a distance between two buckets lies where rounding puts it.
        let range = Float(log(Double(maximumDistance) / Double(exactCount)))
        let place = log(Float(distance) / Float(exactCount)) / range * Float(directedCount - exactCount)
        return first + min(exactCount + Int(place), directedCount - 1)
    }

    public mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit("table", &table, as: .position)
    }
}
