import CTesseraVector
import Testing

@Suite struct AttentionTests {
    typealias Case = AttentionReference.Case

    static let cases = [
        Case(queries: 1, keys: 1, size: 1), Case(queries: 17, keys: 17, size: 8),
        Case(queries: 50, keys: 300, size: 64),
        Case(queries: 45, keys: 33, size: 40, bias: true), Case(queries: 9, keys: 270, size: 12, mask: true),
        Case(queries: 20, keys: 20, size: 16, causalOffset: 0), Case(queries: 3, keys: 40, size: 32, causalOffset: 37),
        Case(queries: 6, keys: 600, size: 300, bias: true, mask: true, causalOffset: 300),
    ]

    /// Scores reach 30 here: their rounding, some 1e-6, becomes a relative error of the weights.
    @Test(arguments: availableSets, cases)
    func outputAndProbabilitiesEqualTheReference(set name: String, test: Case) {
        let reference = AttentionReference(test)
        let (output, probabilities) = run(name, reference, mask: reference.mask)
        #expect(relativeError(output, reference.output) <= 1e-5)
        #expect(relativeError(probabilities, reference.probabilities) <= 1e-5)
    }

    @Test(arguments: availableSets)
    func aQueryThatSeesNoKeyGivesZeros(set name: String) {
        let reference = AttentionReference(Case(queries: 2, keys: 5, size: 4, mask: true))
        let (output, probabilities) = run(name, reference, mask: [UInt8](repeating: 0, count: 5))
        #expect(output.allSatisfy { $0 == 0 } && probabilities.allSatisfy { $0 == 0 })
    }

    private func run(
        _ name: String, _ reference: AttentionReference, mask: [UInt8]
    ) -> (output: [Float], probabilities: [Float]) {
        let set = tessera_kernels_named(name)!.pointee
        let test = reference.test
        let stride = test.size + 5
        var output = [Float](repeating: 777, count: test.queries * stride)
        var probabilities = [Float](repeating: 777, count: test.queries * test.keys)
        output.withUnsafeMutableBufferPointer { output in
            probabilities.withUnsafeMutableBufferPointer { probabilities in
                withAttentionCall(
                    test, stride: stride, query: spread(reference.query, test.size, stride: stride),
                    key: spread(reference.key, test.size, stride: stride),
                    value: spread(reference.value, test.size, stride: stride), bias: reference.bias.map { Float($0) },
                    mask: mask
                ) { call in
                    var call = call
                    call.output = output.baseAddress
                    call.probabilities = probabilities.baseAddress
                    withScratch(set.attention_scratch_bytes(Int64(test.keys), Int64(test.size))) {
                        set.attention(&call, 0, Int64(test.queries), $0)
                    }
                }
            }
        }
        return (gathered(output, test.size, stride: stride), probabilities)
    }
}
