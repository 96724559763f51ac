import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Sequences of different lengths that read together: each must have what it has alone, and what a pass without any cache gives.
@Suite struct RaggedStepTests {
    private static let hiddenSize = 128
    /// The first step is of prompts, for the last of which keys are gathered; in the second some sequences wait.
    private static let steps = [[3, 1, 7, 60], [1, 0, 2, 1], [1, 1, 1, 1], [1, 33, 0, 1], [1, 1, 1, 1]]

    private static func memory(_ positions: Int, seed: UInt64) -> Tensor {
        var random = RandomGenerator(seed: seed)
        return Tensor(randomOf: [1, positions, hiddenSize], 1, &random)
    }

    /// The first and the last sequence's encoder outputs have positions that are not valid, and where an encoder is no must, one
    /// sequence has none.
    private static func caches(_ decoder: TokenDecoder, _ storage: KeyValueStorage?) -> [KeyValueCache] {
        [(7, true), (40, false), (0, false), (33, true)].enumerated().map { index, memory in
            guard memory.0 > 0 else { return decoder.makeCache(memory: nil, storage: storage) }
            return decoder.makeCache(
                memory: Self.memory(memory.0, seed: UInt64(index)),
                valid: memory.1 ? [(0..<memory.0).map { $0 % 5 != 2 }] : nil, storage: storage)
        }
    }

    private static func ids(_ count: Int, _ sequence: Int, _ step: Int) -> [Int32] {
        (0..<count).map { Int32(($0 * 31 + sequence * 17 + step * 7 + 1) % 150) }
    }

    /// No kernel makes a row's result depend on how many rows there are by more than the order of float32's sums.
    @Test(arguments: DecoderKind.allCases, Precision.allCases)
    func sequencesTogetherGiveWhatEachGivesAlone(_ kind: DecoderKind, weights: Precision) {
        let decoder = kind.decoder(hiddenSize: Self.hiddenSize).ready(weights)
        for held in Precision.allCases {
            var alone = Self.caches(decoder, KeyValueStorage(tokens: held, memory: held))
            var together = alone[0]
            for other in alone.dropFirst() { together.append(other) }
            for (number, counts) in Self.steps.enumerated() {
                let ids = counts.enumerated().map { Self.ids($1, $0, number) }
                let logits = decoder.nextLogits(after: ids, cache: &together)
                let reading = ids.indices.filter { !ids[$0].isEmpty }
                #expect(logits.shape == [reading.count, decoder.vocabularySize])
                for (row, sequence) in reading.enumerated() {
                    let expected = decoder.nextLogits(after: [ids[sequence]], cache: &alone[sequence])
                    let found = logits.rows(row..<row + 1)
                    #expect(relativeError(found, expected) <= 1e-5, "step \(number), sequence \(sequence)")
                    #expect(found.likeliestToken == expected.likeliestToken)
                }
            }
            #expect(together.tokenCounts == alone.flatMap(\.tokenCounts))
        }
    }

    /// Keys and values that are held in bfloat16 are up to 2⁻⁹ of themselves off, those in int8 up to 1/254 of their row's
    /// largest, which is some three times the others. Some six such errors of either block add up in the logits.
    @Test(arguments: DecoderKind.allCases, [(Precision.bfloat16, 1e-2), (.int8, 2.5e-2)])
    func fewerBitsChangeLittle(_ kind: DecoderKind, _ storage: (held: Precision, tolerance: Double)) {
        let decoder = kind.decoder(hiddenSize: Self.hiddenSize).ready()
        let ids = Self.ids(70, 0, 0)
        func logits(_ held: Precision) -> Tensor {
            var cache = decoder.makeCache(
                memory: kind.hasEncoder ? Self.memory(90, seed: 1) : nil, storage: .init(tokens: held, memory: held))
            return decoder.logits(decoder.states(of: [ids], cache: &cache))
        }
        let distance = relativeDistance(logits(storage.held), logits(.float32))
        #expect(distance <= storage.tolerance && distance > 0)
    }
}

extension Tensor {
    /// The index of the largest element.
    fileprivate var likeliestToken: Int? { values.indices.max { values[$0] < values[$1] } }
}
