import TesseraLayers
import TesseraTensor
import TesseraTransformer
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct PositionTests {
    @Test func sinusoidsFollowThePaper() {
        let table = sinusoidalPositions(length: 40, hiddenSize: 6)
        for position in [0, 1, 39] {
            for pair in 0..<3 {
                let angle = Double(position) / pow(10_000, Double(2 * pair) / 6)
                #expect(abs(Double(table[position, 2 * pair]) - sin(angle)) <= 1e-6)
                #expect(abs(Double(table[position, 2 * pair + 1]) - cos(angle)) <= 1e-6)
            }
        }
    }

    /// A kernel whose weights sum to 1 leaves a constant table alone, and one that interpolates leaves its own grid alone.
    @Test func interpolationKeepsConstantsAndItsOwnGrid() {
        let constant = Tensor(shape: [6, 2], repeating: 0.25)
        #expect(
            interpolatedPositions(constant, rows: 2, columns: 3, to: 5, 4).values.allSatisfy { abs($0 - 0.25) <= 1e-6 })
        let table = Tensor(shape: [6, 1], [1, 5, 2, -3, 0, 4])
        #expect(interpolatedPositions(table, rows: 2, columns: 3, to: 2, 3) == table)
    }

    /// torch.nn.functional.interpolate(torch.tensor([[[[1., 5, 2], [-3, 0, 4]]]]), size=(3, 2), mode="bicubic")
    @Test func interpolationEqualsTheReference() {
        let table = Tensor(shape: [6, 1], [1, 5, 2, -3, 0, 4])
        let expected: [Float] = [
            2.399970531463623, 2.787421941757202, -0.224609375, 3.009765625, -2.8491880893707275, 3.232110023498535,
        ]
        let result = interpolatedPositions(table, rows: 2, columns: 3, to: 3, 2).values
        #expect(zip(result, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
    }

    /// fairseq's rule: behind a padding token's id of 1, the third token has position 4; the padding token has none.
    @Test func paddingTokensHaveNoPosition() {
        let block = BlockConfiguration(hiddenSize: 6, headCount: 2, intermediateSize: 6, normalizationEpsilon: 1e-5)
        var configuration = TokenDecoderConfiguration(block: block, layerCount: 0, vocabularySize: 4, contextLength: 8)
        configuration.positions = .tensor2tensor(first: 2)
        configuration.hasFinalNorm = false
        var decoder = TokenDecoder(configuration)
        decoder.embedding = Embedding(weight: Tensor(shape: [4, 6], repeating: 0))
        var cache = decoder.makeCache(memory: nil, sequences: 2)
        let states = decoder.states(of: [[3, 1, 0], [1, 2, 2]], cache: &cache)
        let table = tensor2tensorPositions(2..<5, hiddenSize: 6)
        let expected = [
            [table.rows(0..<1).values, [Float](repeating: 0, count: 6), table.rows(2..<3).values],
            [[Float](repeating: 0, count: 6), table.rows(1..<2).values, table.rows(2..<3).values],
        ]
        #expect(states.values == expected.flatMap { $0.flatMap(\.self) })
    }
}
