import TesseraLayers
import TesseraTensor
import TesseraTransformer
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Which tokens are drawn, and how often.
@Suite struct SamplingTests {
    typealias Case = (settings: Sampling.Settings, expected: [Double])
    /// Of tokens with the probabilities 0.05, 0.1, 0.3, 0.2, 0.2 and 0.15.
    private static let probabilities = [0.05, 0.1, 0.3, 0.2, 0.2, 0.15]
    static let cases: [Case] = [
        (.init(temperature: 0), [0, 0, 1, 0, 0, 0]),
        (.init(temperature: 1), probabilities),
        // p², by their sum of 0.205.
        (.init(temperature: 0.5), probabilities.map { $0 * $0 / 0.205 }),
        (.init(temperature: 1e-38), [0, 0, 1, 0, 0, 0]),
        (.init(temperature: 1, topK: 1), [0, 0, 1, 0, 0, 0]),
        // The third is as likely as the second.
        (.init(temperature: 1, topK: 2), [0, 0, 3.0 / 7, 2.0 / 7, 2.0 / 7, 0]),
        (.init(temperature: 1, topK: 99), probabilities),
        (.init(temperature: 1, topP: 0.75), [0, 0, 0.3 / 0.85, 0.2 / 0.85, 0.2 / 0.85, 0.15 / 0.85]),
        (.init(temperature: 1, topP: 0), [0, 0, 1, 0, 0, 0]),
        // Of the four that the count leaves, with 0.85, two and a half have the share.
        (.init(temperature: 1, topK: 4, topP: 0.8), [0, 0, 3.0 / 7, 2.0 / 7, 2.0 / 7, 0]),
    ]

    private func logits(rows: Int) -> Tensor {
        let logits = Self.probabilities.map { Float(log($0)) }
        return Tensor(shape: [rows, logits.count], (0..<rows).flatMap { _ in logits })
    }

    /// Five standard deviations of 20,000 draws are 0.018 at most.
    @Test(arguments: cases)
    func tokensAreAsFrequentAsProbable(_ test: Case) throws {
        let count = 20_000
        var sampling = Sampling(count: count, endTokens: [99], test.settings, random: RandomGenerator(seed: 7))
        let step = sampling.advance(logits(rows: count))
        let tokens = try #require(step).tokens
        for (token, expected) in test.expected.enumerated() {
            let share = Double(tokens.count { $0 == Int32(token) }) / Double(count)
            #expect(abs(share - expected) <= 0.018 && (expected > 0 || share == 0), "\(token): \(share)")
        }
    }

    /// Of three sequences the second ends first: the others go on without it, and all are found in their order.
    @Test func sequencesThatEndLeave() {
        var search = Sampling(count: 3, endTokens: [1], random: RandomGenerator(seed: 0))
        let first = search.advance(Tensor(shape: [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]))
        #expect(first?.tokens == [0, 2] && first?.sources == [0, 2] && search.sequences == [[0], [2]])
        let second = search.advance(Tensor(shape: [2, 3], [0, 1, 0, 1, 0, 0]))
        #expect(second?.tokens == [0] && second?.sources == [1] && search.sequences == [[2, 0]])
        let third = search.advance(Tensor(shape: [1, 3], [0, 1, 0]))
        #expect(third == nil)
        #expect(search.finished().map(\.tokens) == [[0], [], [2, 0]])
    }

    /// A sequence is drawn alike whatever it is drawn beside.
    @Test func sequencesStandAlone() {
        let random = (0..<30).map { RandomGenerator(seed: 5, UInt64($0)) }
        var together = Sampling(endTokens: [99], .init(temperature: 1), random: random)
        var alone = Sampling(endTokens: [99], .init(temperature: 1), random: [random[11]])
        for _ in 0..<20 {
            _ = together.advance(logits(rows: 30))
            _ = alone.advance(logits(rows: 1))
        }
        #expect(together.sequences[11] == alone.sequences[0])
        #expect(Set(together.sequences).count == 30)
    }
}
