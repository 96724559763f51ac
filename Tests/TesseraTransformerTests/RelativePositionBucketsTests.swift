import TesseraTensor
import TesseraTransformer
import Testing

@Suite struct RelativePositionBucketsTests {
    /// What transformers' `T5Attention._relative_position_bucket` gives for `configuration`: the distances at which the next
    /// bucket begins.
    struct Case: Sendable {
        let configuration: RelativePositionBuckets.Configuration
        let isBidirectional: Bool
        let starts: [Int]
    }

    static let cases = [
        Case(
            configuration: .init(bucketCount: 32, maximumDistance: 128), isBidirectional: true,
            starts: [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91]),
        Case(
            configuration: .init(bucketCount: 32, maximumDistance: 128), isBidirectional: false,
            starts: [
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77,
                87, 99, 113,
            ]),
        Case(
            configuration: .init(bucketCount: 32, maximumDistance: 64), isBidirectional: true,
            starts: [1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 18, 23, 30, 39, 50]),
        Case(
            configuration: .init(bucketCount: 10, maximumDistance: 50), isBidirectional: true, starts: [1, 2, 6, 18]),
        Case(
            configuration: .init(bucketCount: 7, maximumDistance: 20), isBidirectional: false,
            starts: [1, 2, 3, 5, 8, 13]),
        Case(configuration: .init(bucketCount: 4, maximumDistance: 3), isBidirectional: true, starts: [1]),
    ]

    /// A layer of two heads whose entries tell which bucket of which head they are.
    private func layer(_ test: Case) -> RelativePositionBuckets {
        var layer = RelativePositionBuckets(
            test.configuration, headCount: 2, isBidirectional: test.isBidirectional)
        let count = test.configuration.bucketCount
        layer.table = Tensor(shape: [count, 2], (0..<count).flatMap { [Float($0), Float(1_000 + $0)] })
        return layer
    }

    @Test(arguments: cases)
    func bucketsEqualTheReference(_ test: Case) {
        let farthest = 200
        let bias = layer(test)(queries: farthest..<farthest + 1, keyCount: 2 * farthest + 1)
        #expect(bias.shape == [2, 1, 2 * farthest + 1])
        for key in 0...2 * farthest {
            let offset = key - farthest
            // What follows the query has the second half of the buckets, or none.
            let distance = test.isBidirectional || offset < 0 ? abs(offset) : 0
            let first = test.isBidirectional && offset > 0 ? test.configuration.bucketCount / 2 : 0
            let bucket = first + test.starts.count { $0 <= distance }
            #expect(bias[0, 0, key] == Float(bucket) && bias[1, 0, key] == Float(1_000 + bucket), "offset \(offset)")
        }
    }

    /// A query's bias is the same whether it comes alone or among others.
    @Test(arguments: cases)
    func queriesComeAloneOrTogether(_ test: Case) {
        let layer = layer(test)
        let all = layer(queries: 2..<9, keyCount: 12)
        for query in 2..<9 {
            let alone = layer(queries: query..<query + 1, keyCount: 12)
            #expect(alone == all.tokens(query - 2..<query - 1))
        }
    }
}
