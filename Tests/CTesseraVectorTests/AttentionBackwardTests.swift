import CTesseraVector
import Testing

@Suite struct AttentionBackwardTests {
    typealias Case = AttentionReference.Case

    static let cases =
        AttentionTests.cases + [
            Case(queries: 65, keys: 65, size: 64), Case(queries: 100, keys: 47, size: 33, bias: true, causalOffset: 3),
        ]

    /// Four chained products in float32, each of at most some hundred terms: a few times the forward's error.
    @Test(arguments: availableSets, cases)
    func gradientsEqualTheReference(set name: String, test: Case) {
        let reference = AttentionReference(test)
        let outputGradient = noise(test.queries * test.size, seed: 5).map(Double.init)
        let expected = reference.gradient(outputGradient)
        let actual = run(name, reference, outputGradient, mask: reference.mask)
        #expect(relativeError(actual.query, expected.query) <= 2e-5)
        #expect(relativeError(actual.key, expected.key) <= 2e-5)
        #expect(relativeError(actual.value, expected.value) <= 2e-5)
        if test.bias {
            // It is added to what was there: `run` puts ones.
            #expect(relativeError(actual.bias, expected.bias.map { $0 + 1 }) <= 2e-5)
        }
    }

    /// The reference itself: central differences of the double-precision forward, whose error is of the order of h².
    @Test(arguments: [cases[1], Case(queries: 5, keys: 7, size: 3, bias: true, mask: true, causalOffset: 2)])
    func theReferenceIsTheDerivative(test: Case) {
        let reference = AttentionReference(test)
        let outputGradient = noise(test.queries * test.size, seed: 5).map(Double.init)
        let gradient = reference.gradient(outputGradient)
        func check(_ path: WritableKeyPath<AttentionReference, [Double]>, _ expected: [Double]) {
            let h = 1e-5
            for index in expected.indices {
                let losses = [h, -h].map { step -> Double in
                    var moved = reference
                    moved[keyPath: path][index] += step
                    return zip(moved.output, outputGradient).reduce(0) { $0 + $1.0 * $1.1 }
                }
                #expect(abs((losses[0] - losses[1]) / (2 * h) - expected[index]) <= 1e-8)
            }
        }
        check(\.query, gradient.query)
        check(\.key, gradient.key)
        check(\.value, gradient.value)
        check(\.bias, gradient.bias)
    }

    @Test(arguments: availableSets)
    func aQueryThatSeesNoKeyGivesZeros(set name: String) {
        let test = Case(queries: 2, keys: 5, size: 4, mask: true)
        let outputGradient = noise(test.queries * test.size, seed: 5).map(Double.init)
        let actual = run(name, AttentionReference(test), outputGradient, mask: [UInt8](repeating: 0, count: 5))
        #expect((actual.query + actual.key + actual.value).allSatisfy { $0 == 0 })
    }

    private func run(
        _ name: String, _ reference: AttentionReference, _ outputGradient: [Double], mask: [UInt8]
    ) -> (query: [Float], key: [Float], value: [Float], bias: [Float]) {
        let set = tessera_kernels_named(name)!.pointee
        let test = reference.test
        let stride = test.size + 5
        // Between the rows lies what no gradient may touch.
        var query = [Float](repeating: 777, count: test.queries * stride)
        var key = [Float](repeating: 777, count: test.keys * stride)
        var value = key
        var bias = [Float](repeating: 1, count: test.queries * test.keys)
        let gradient = spread(outputGradient, test.size, stride: stride)
        query.withUnsafeMutableBufferPointer { dQ in
            key.withUnsafeMutableBufferPointer { dK in
                value.withUnsafeMutableBufferPointer { dV in
                    bias.withUnsafeMutableBufferPointer { dBias in
                        gradient.withUnsafeBufferPointer { gradient in
                            withAttentionCall(
                                test, stride: stride, query: spread(reference.query, test.size, stride: stride),
                                key: spread(reference.key, test.size, stride: stride),
                                value: spread(reference.value, test.size, stride: stride),
                                bias: reference.bias.map { Float($0) }, mask: mask
                            ) { call in
                                var call = tessera_attention_backward(
                                    forward: call, output_gradient: gradient.baseAddress,
                                    query_gradient: dQ.baseAddress, key_gradient: dK.baseAddress,
                                    value_gradient: dV.baseAddress, bias_gradient: test.bias ? dBias.baseAddress : nil)
                                withScratch(set.attention_backward_scratch_bytes(Int64(test.keys), Int64(test.size))) {
                                    set.attention_backward(&call, $0)
                                }
                            }
                        }
                    }
                }
            }
        }
        for rows in [query, key, value] {
            let between = rows.indices.filter { $0 % stride >= test.size }
            #expect(between.allSatisfy { rows[$0] == 777 })
        }
        return (
            gathered(query, test.size, stride: stride), gathered(key, test.size, stride: stride),
            gathered(value, test.size, stride: stride), bias
        )
    }
}
