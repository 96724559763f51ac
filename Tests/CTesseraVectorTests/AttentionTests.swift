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
        let (output, probabilities) = attend(name, reference, mask: reference.mask)
        #expect(relativeError(output, reference.output) <= 1e-5)
        #expect(relativeError(probabilities, reference.probabilities) <= 1e-5)
    }

    @Test(arguments: availableSets)
    func aQueryThatSeesNoKeyGivesZeros(set name: String) {
        let reference = AttentionReference(Case(queries: 2, keys: 5, size: 4, mask: true))
        let (output, probabilities) = attend(name, reference, mask: [UInt8](repeating: 0, count: 5))
        #expect(output.allSatisfy { $0 == 0 } && probabilities.allSatisfy { $0 == 0 })
    }
}
