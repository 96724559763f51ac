import CTesseraVector
import Testing

/// Attention whose products may be of bfloat16, or of integers of 16 bits.
@Suite struct HalfAttentionTests {
    typealias Case = AttentionReference.Case

    static let cases = [
        Case(queries: 9, keys: 1, size: 1), Case(queries: 17, keys: 17, size: 5),
        Case(queries: 50, keys: 300, size: 64), Case(queries: 130, keys: 513, size: 64, mask: true),
        Case(queries: 45, keys: 33, size: 40, bias: true), Case(queries: 20, keys: 255, size: 33, causalOffset: 0),
        Case(queries: 43, keys: 256, size: 80, causalOffset: 230),
        Case(queries: 11, keys: 300, size: 801, bias: true, mask: true, causalOffset: 280),
    ]

    /// Queries, keys, values and weights are rounded by up to 2⁻⁹ of themselves. The first two change a score by some
    /// 2⁻⁹ · scale · √size / 3, and a weight by as large a share; the others the output by 2⁻⁸. Twice as much is allowed.
    @Test(arguments: availableSets, cases)
    func outputEqualsTheReferenceUpToItsRounding(set name: String, test: Case) {
        let reference = AttentionReference(test)
        let (output, _) = attend(name, reference, mask: reference.mask, precision: TESSERA_BFLOAT16)
        let tolerance = 2 * (AttentionReference.scale * Double(test.size).squareRoot() / 3 + 2) / 512
        #expect(relativeError(output, reference.output) <= tolerance)
    }

    @Test(arguments: availableSets)
    func aQueryThatSeesNoKeyGivesZeros(set name: String) {
        let reference = AttentionReference(Case(queries: 30, keys: 300, size: 12, mask: true))
        let mask = [UInt8](repeating: 0, count: 300)
        #expect(attend(name, reference, mask: mask, precision: TESSERA_BFLOAT16).output.allSatisfy { $0 == 0 })
        // It sees the last key alone: what came before leaves no trace.
        let (last, _) = attend(name, reference, mask: mask.dropLast() + [1], precision: TESSERA_BFLOAT16)
        let value = reference.value.suffix(12)
        #expect(relativeError(last, (0..<30).flatMap { _ in value }) <= 1.0 / 256)
    }

    /// Each hundred keys' scores are some 300 above those before: only the last hundred are left, of equal weight.
    @Test(arguments: availableSets)
    func sumsMakeRoomForLargerScores(set name: String) {
        var reference = AttentionReference(Case(queries: 12, keys: 700, size: 16))
        reference.query = reference.query.map { abs($0) + 0.25 }
        reference.key = (0..<700 * 16).map { Double($0 / 1600 * 16) }
        let (output, _) = attend(name, reference, mask: reference.mask, precision: TESSERA_BFLOAT16)
        #expect(relativeError(output, reference.output) <= 1.0 / 256)
    }

    /// Processors to which it is no faster round nothing.
    @Test(arguments: availableSets)
    func onlyProductsOfPairsRound(set name: String) {
        let reference = AttentionReference(Case(queries: 20, keys: 40, size: 64))
        let (exact, _) = attend(name, reference, mask: reference.mask)
        let (rounded, _) = attend(name, reference, mask: reference.mask, precision: TESSERA_BFLOAT16)
        let areEqual = exact == rounded
        #expect(areEqual != ["avx512bf16", "avx512vnni", "avx2"].contains(name))
    }

    /// Queries, keys and values that are not finite stay visible.
    @Test(arguments: availableSets, ["query", "key", "value"])
    func whatIsNotFiniteStaysVisible(set name: String, place: String) {
        for value in [Double.nan, .infinity] {
            var reference = AttentionReference(Case(queries: 20, keys: 40, size: 64))
            if place == "query" { reference.query[70] = value }
            if place == "key" { reference.key[70] = value }
            if place == "value" { reference.value[70] = value }
            let (output, _) = attend(name, reference, mask: reference.mask, precision: TESSERA_BFLOAT16)
            let shows = output.indices.map { !output[$0].isFinite }
            // A key may be infinitely far from a query.
            if place == "query" { #expect(shows[64..<128].contains(true) && !shows[..<64].contains(true)) }
            if place == "key" { #expect(shows.contains(true) || value == .infinity) }
            if place == "value" { #expect(shows.indices.allSatisfy { shows[$0] == ($0 % 64 == 70 % 64) }) }
        }
    }
}
