import TesseraTensor
import Testing

/// Keys and values that are held for many queries.
@Suite struct KeysAndValuesTests {
    struct Case: Sendable {
        let batch, heads, size, queries, keys: Int
        var isMasked = false
    }

    static let cases = [
        Case(batch: 1, heads: 6, size: 64, queries: 1, keys: 1500),
        Case(batch: 2, heads: 3, size: 12, queries: 5, keys: 150, isMasked: true),
        Case(batch: 1, heads: 2, size: 33, queries: 9, keys: 31),
        Case(batch: 3, heads: 1, size: 16, queries: 2, keys: 33, isMasked: true),
        Case(batch: 1, heads: 1, size: 5, queries: 20, keys: 1),
        Case(batch: 1, heads: 4, size: 80, queries: 3, keys: 129),
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

    @Test(arguments: cases, [Precision.float32, .bfloat16, .int8])
    func attendAsPlainAttentionDoes(_ test: Case, precision: Precision) {
        let width = test.heads * test.size
        let query = numbers([test.batch, test.queries, width], seed: 1)
        let key = numbers([test.batch, test.keys, width], seed: 2)
        let value = numbers([test.batch, test.keys, width], seed: 3)
        let valid =
            test.isMasked
            ? (0..<test.batch).map { item in (0..<test.keys).map { ($0 + item) % 3 != 0 } } : nil
        let attention = ScaledDotProductAttention(headCount: test.heads, scale: 0.25)
        let memory = KeysAndValues(key: key, value: value, headCount: test.heads, precision: precision)
        let mask = AttentionMask(validKeys: valid)

        let expected = attention(query: query, key: key, value: value, mask: mask)
        let result = attention(query: query, memory, validKeys: valid)
        #expect(largestDifference(result, expected) <= 1e-5)
        let probabilities = attention.probabilities(query: query, memory, validKeys: valid)
        let expectedProbabilities = attention.probabilities(query: query, key: key, mask: mask)
        #expect(largestDifference(probabilities, expectedProbabilities) <= 1e-6)
    }

    private func largestDifference(_ a: Tensor, _ b: Tensor) -> Float {
        guard a.shape == b.shape else { return .infinity }
        return zip(a.values, b.values).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    }
}
