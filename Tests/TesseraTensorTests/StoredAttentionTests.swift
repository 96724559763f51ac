import TesseraTensor
import Testing

/// Attention to keys and values that sequences of different lengths hold.
@Suite struct StoredAttentionTests {
    struct Case: Sendable {
        let heads, size: Int
        /// Of each sequence.
        let queries, keys: [Int]
        var isMasked = false
    }

    static let cases = [
        Case(heads: 6, size: 64, queries: [1], keys: [1500]),
        Case(heads: 3, size: 12, queries: [5, 5], keys: [150, 150], isMasked: true),
        Case(heads: 2, size: 33, queries: [9], keys: [31]),
        Case(heads: 1, size: 16, queries: [2, 1, 4], keys: [33, 64, 1], isMasked: true),
        Case(heads: 1, size: 5, queries: [20], keys: [1]),
        Case(heads: 4, size: 80, queries: [3, 200, 1], keys: [129, 7, 40]),
    ]

    /// Numbers that bfloat16 holds exactly, so that the two differ by the order of their sums alone.
    private func numbers(_ shape: [Int], seed: UInt64) -> Tensor {
        var state = seed
        return Tensor(
            shape: shape,
            (0..<shape.reduce(1, *)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int(state >> 56) - 128) / 64
            })
    }

    /// An int8 is up to 1/254 of the largest number, which is 2, off. Over 80 products that moves scores by up to 0.05, weights by
    /// a quarter of that, and the output, with what the values are off, by some 0.06.
    static let tolerances: [(precision: Precision, output: Float, probabilities: Float)] = [
        (.float32, 1e-5, 1e-6), (.bfloat16, 1e-5, 1e-6), (.int8, 6e-2, 2e-2),
    ]

    @Test(arguments: cases, tolerances)
    func eachSequenceAttendsAsPlainAttentionDoes(
        _ test: Case, _ storage: (precision: Precision, output: Float, probabilities: Float)
    ) {
        let width = test.heads * test.size
        let attention = ScaledDotProductAttention(headCount: test.heads, scale: 0.25)
        let layer = 1
        let layout = KeyValueLayout(
            layerCount: 2, headCount: test.heads, headSize: test.size, precision: storage.precision)
        var (sequences, whole) = ([AttentionStep.Sequence](), [AttentionStep.Sequence]())
        for (index, keys) in test.keys.enumerated() {
            var pages = KeyValuePages(layout, room: index % 2 == 0 ? 1 : keys)
            pages.grow(by: keys)
            let mask = test.isMasked ? KeyMask([valid(keys, index)]) : nil
            whole.append(.init(pages, queryCount: keys))
            sequences.append(.init(pages, queryCount: test.queries[index], validKeys: mask))
        }
        let keyCount = test.keys.reduce(0, +)
        let (key, value) = (numbers([keyCount, width], seed: 2), numbers([keyCount, width], seed: 3))
        attention.store(key: key, value: value, in: AttentionStep(whole, isCausal: false), layer: layer)
        let query = numbers([test.queries.reduce(0, +), width], seed: 1)
        let step = AttentionStep(sequences, isCausal: false)
        let result = attention(query: query, step: step, layer: layer)
        let probabilities = attention.probabilities(query: query, step: step, layer: layer)
        #expect(probabilities.count == test.keys.count)

        var (firstQuery, firstKey) = (0, 0)
        for (index, (queries, keys)) in zip(test.queries, test.keys).enumerated() {
            func part(_ tensor: Tensor, _ first: Int, _ count: Int) -> Tensor {
                tensor.rows(first..<first + count).reshaped([1, count, width])
            }
            let mask = AttentionMask(validKeys: test.isMasked ? [valid(keys, index)] : nil)
            let (query, key) = (part(query, firstQuery, queries), part(key, firstKey, keys))
            let expected = attention(query: query, key: key, value: part(value, firstKey, keys), mask: mask)
            #expect(largestDifference(part(result, firstQuery, queries), expected) <= storage.output)
            let weights = attention.probabilities(query: query, key: key, mask: mask)
            let found = probabilities[index].reshaped(weights.shape)
            #expect(largestDifference(found, weights) <= storage.probabilities)
            (firstQuery, firstKey) = (firstQuery + queries, firstKey + keys)
        }
    }

    /// Copies share what they have in common, and go their own ways from there.
    @Test(arguments: [1, 31, 32, 33, 70], [Precision.float32, .bfloat16, .int8])
    func copiesThatGrowLeaveEachOtherAlone(_ common: Int, precision: Precision) {
        let attention = ScaledDotProductAttention(headCount: 2, scale: 0.25)
        let layout = KeyValueLayout(layerCount: 1, headCount: 2, headSize: 12, precision: precision)
        func read(_ pages: inout KeyValuePages, _ count: Int, seed: UInt64) -> Tensor {
            let x = numbers([count, 24], seed: seed)
            pages.grow(by: count)
            return attention(
                query: x, storing: (x, x), step: AttentionStep([.init(pages, queryCount: count)], isCausal: true),
                layer: 0)
        }
        var first = KeyValuePages(layout)
        _ = read(&first, common, seed: 1)
        var (second, third) = (first, first)
        let rowOfFirst = read(&first, 1, seed: 2)
        #expect(read(&second, 1, seed: 3) != rowOfFirst)
        #expect(read(&third, 1, seed: 2) == rowOfFirst)
        let next = read(&third, 1, seed: 4)
        second.forget(after: common)
        #expect(second.count == common)
        #expect(read(&second, 1, seed: 2) == rowOfFirst)
        #expect(read(&second, 1, seed: 4) == next)
        #expect(read(&first, 1, seed: 4) == next)
    }

    private func valid(_ keys: Int, _ sequence: Int) -> [Bool] { (0..<keys).map { ($0 + sequence) % 3 != 1 } }

    private func largestDifference(_ a: Tensor, _ b: Tensor) -> Float {
        guard a.shape == b.shape else { return .infinity }
        return zip(a.values, b.values).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    }
}
