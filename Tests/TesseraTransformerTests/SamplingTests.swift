import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TestSupport
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
        (.init(temperature: 1, minP: 0.45), [0, 0, 0.3 / 0.85, 0.2 / 0.85, 0.2 / 0.85, 0.15 / 0.85]),
        (.init(temperature: 1, topK: 3, minP: 1), [0, 0, 1, 0, 0, 0]),
    ]

    /// What each token adds to the probability of its sequence is told, whichever beams it went through.
    @Test func probabilitiesOfTokensAreTold() throws {
        let beams = found(by: BeamSearch(count: 4, endToken: 5))
        let single = found(by: Sampling(count: 1, endTokens: [5], random: RandomGenerator(seed: 0)))
        for sequence in beams + single {
            #expect(sequence.logProbabilities.count == sequence.tokens.count)
            let end = sequence.endToken == nil ? 0 : log(Self.probabilities[5])
            #expect(abs(sequence.logProbabilities.reduce(end, +) - sequence.logProbability) < 1e-5)
            for (token, value) in zip(sequence.tokens, sequence.logProbabilities) {
                #expect(abs(value - log(Self.probabilities[Int(token)])) < 1e-5)
            }
        }
        #expect(beams.count == 4 && beams.contains { $0.endToken != nil } && single[0].tokens == [2, 2, 2, 2])
    }

    private func found(by search: consuming some TokenSearch) -> [FoundSequence] {
        let logits = Self.probabilities.map { Float(log($0)) }
        for _ in 0..<4 {
            let rows = search.sequences.count
            _ = search.advance(Tensor(shape: [rows, logits.count], (0..<rows).flatMap { _ in logits }))
        }
        return search.finished()
    }

    /// References with probabilities that filters left, by the options' names.
    static let folders = Fixtures.models(ofTypes: ["gpt2"]) { $0.names.contains("sampling.logits") }

    /// Probabilities within 1e-6 of transformers', and none where it has none.
    @Test(arguments: folders)
    func filtersAreTheReferences(name: String) throws {
        let reference = try Safetensors(Fixtures.path(name + "/reference.safetensors"))
        let past = try reference.readRows("sampling.past_ids") { Int32($0) }
        let prefix = "sampling.probabilities."
        let names = reference.names.filter { $0.hasPrefix(prefix) }
        #expect(names.count >= 10)
        for name in names {
            var (settings, penalty) = (Sampling.Settings(temperature: 1), Float(1))
            for option in name.dropFirst(prefix.count).split(separator: ",") {
                let value = try #require(Float(option.drop { $0 != "=" }.dropFirst()))
                switch option.prefix(while: { $0 != "=" }) {
                case "temperature": settings.temperature = value
                case "top_k": settings.topK = Int(value)
                case "top_p": settings.topP = value
                case "min_p": settings.minP = value
                case "repetition_penalty": penalty = value
                default: Issue.record("\(option) is not known")
                }
            }
            let expected = try reference.readTensor(name)
            for (row, past) in past.enumerated() {
                var logits = try reference.readTensor("sampling.logits").rows(row..<row + 1)
                logits.withMutableValues {
                    RepetitionPenalty(penalty, prompt: Array(past.dropLast(3))).apply(
                        to: $0, after: Array(past.suffix(3)))
                }
                let candidates = settings.probabilities(logits).withValues { settings.candidates($0) }
                let sum = candidates.reduce(0) { $0 + $1.probability }
                var found = [Float](repeating: 0, count: expected.shape[1])
                for candidate in candidates { found[candidate.token] = candidate.probability / sum }
                for (a, b) in zip(found, expected.rows(row..<row + 1).values) {
                    #expect(abs(a - b) <= 1e-6 && (a == 0) == (b == 0), "\(name), row \(row)")
                }
            }
        }
    }

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
