import CTesseraVector
import Foundation
import Testing

@Suite struct AttentionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var queries, keys, size: Int
        var bias = false, mask = false
        var causalOffset: Int?
        var testDescription: String {
            "\(queries) queries, \(keys) keys of \(size)\(bias ? ", bias" : "")\(mask ? ", mask" : "")"
                + (causalOffset.map { ", causal + \($0)" } ?? "")
        }
    }

    static let cases = [
        Case(queries: 1, keys: 1, size: 1), Case(queries: 17, keys: 17, size: 8),
        Case(queries: 50, keys: 300, size: 64),
        Case(queries: 45, keys: 33, size: 40, bias: true), Case(queries: 9, keys: 270, size: 12, mask: true),
        Case(queries: 20, keys: 20, size: 16, causalOffset: 0), Case(queries: 3, keys: 40, size: 32, causalOffset: 37),
        Case(queries: 6, keys: 600, size: 300, bias: true, mask: true, causalOffset: 300),
    ]

    @Test(arguments: availableSets, cases)
    func outputAndProbabilitiesEqualTheReference(set name: String, test: Case) {
        let stride = test.size + 5
        let query = noise(test.queries * stride, seed: 1)
        let key = noise(test.keys * stride, seed: 2)
        let value = noise(test.keys * stride, seed: 3)
        let bias = noise(test.queries * test.keys, seed: 4)
        let mask = (0..<test.keys).map { UInt8($0 % 3 == 1 ? 0 : 1) }
        let (output, probabilities) = run(name, test, stride, query, key, value, bias, mask)

        var expected: [Double] = []
        var expectedProbabilities: [Double] = []
        for i in 0..<test.queries {
            let scores = (0..<test.keys).map { j -> Double in
                if test.mask && mask[j] == 0 || j > i + (test.causalOffset ?? test.keys) { return -.infinity }
                let dot = (0..<test.size).reduce(0.0) {
                    $0 + Double(query[i * stride + $1]) * Double(key[j * stride + $1])
                }
                return dot * 1.5 + (test.bias ? Double(bias[i * test.keys + j]) : 0)
            }
            let weights = scores.map { exp($0 - scores.max()!) }
            let shares = weights.map { $0 / weights.reduce(0, +) }
            expectedProbabilities += shares
            expected += (0..<test.size).map { d in
                (0..<test.keys).reduce(0.0) { $0 + shares[$1] * Double(value[$1 * stride + d]) }
            }
        }
        #expect(relativeError(output, expected) <= 5e-6)
        #expect(relativeError(probabilities, expectedProbabilities) <= 5e-6)
    }

    @Test(arguments: availableSets)
    func aQueryThatSeesNoKeyGivesZeros(set name: String) {
        let test = Case(queries: 2, keys: 5, size: 4, mask: true)
        let (output, probabilities) = run(
            name, test, 9, noise(18, seed: 1), noise(45, seed: 2), noise(45, seed: 3), [],
            [UInt8](repeating: 0, count: 5))
        #expect(output.allSatisfy { $0 == 0 } && probabilities.allSatisfy { $0 == 0 })
    }

    private func run(
        _ name: String, _ test: Case, _ stride: Int, _ query: [Float], _ key: [Float], _ value: [Float],
        _ bias: [Float],
        _ mask: [UInt8]
    ) -> (output: [Float], probabilities: [Float]) {
        let set = tessera_kernels_named(name)!.pointee
        var output = [Float](repeating: 777, count: test.queries * test.size)
        var probabilities = [Float](repeating: 777, count: test.queries * test.keys)
        query.withUnsafeBufferPointer { query in
            key.withUnsafeBufferPointer { key in
                value.withUnsafeBufferPointer { value in
                    bias.withUnsafeBufferPointer { bias in
                        mask.withUnsafeBufferPointer { mask in
                            output.withUnsafeMutableBufferPointer { output in
                                probabilities.withUnsafeMutableBufferPointer { probabilities in
                                    var call = tessera_attention(
                                        query_count: Int64(test.queries), key_count: Int64(test.keys),
                                        head_size: Int64(test.size), query: query.baseAddress, key: key.baseAddress,
                                        value: value.baseAddress, query_stride: Int64(stride),
                                        key_stride: Int64(stride),
                                        value_stride: Int64(stride), output: output.baseAddress,
                                        output_stride: Int64(test.size), scale: 1.5,
                                        bias: test.bias ? bias.baseAddress : nil, bias_stride: Int64(test.keys),
                                        key_mask: test.mask ? mask.baseAddress : nil,
                                        causal_offset: Int64(test.causalOffset ?? -1),
                                        probabilities: probabilities.baseAddress)
                                    withScratch(set.attention_scratch_bytes(Int64(test.keys), Int64(test.size))) {
                                        set.attention(&call, 0, Int64(test.queries), $0)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return (output, probabilities)
    }
}
