import TesseraLayers
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Sequences that join, leave, branch, forget and read on in random order, against a pass over all their tokens without a cache.
@Suite struct SequenceHistoryTests {
    /// What is known of a sequence of the cache.
    private struct History {
        var ids: [Int32]
        /// nil where it has no encoder's output.
        let memory: Tensor?
    }

    private struct Walk {
        let kind: DecoderKind
        let decoder: TokenDecoder
        /// The same, whose forward pass has no cache.
        let trained: TokenDecoder
        var random: SplitMix
        var histories: [History] = []
        var cache: KeyValueCache

        init(_ kind: DecoderKind, seed: UInt64) {
            self.kind = kind
            let trainable = kind.decoder(hiddenSize: 24)
            (decoder, trained) = (trainable.ready(), trainable.preparedForTraining(.float32))
            random = SplitMix(state: seed)
            cache = decoder.makeCache(memory: nil, sequences: 0)
        }

        /// One or two sequences that read one encoder output, or none.
        mutating func join() {
            let isAlone = !kind.hasEncoder || Int.random(in: 0..<4, using: &random) == 0
            var numbers = RandomGenerator(seed: random.next())
            let memory = isAlone ? nil : Tensor(randomOf: [1, Int.random(in: 1...40, using: &random), 24], 1, &numbers)
            let count = Int.random(in: 1...2, using: &random)
            cache.append(decoder.makeCache(memory: memory, sequences: count))
            histories += Array(repeating: History(ids: [], memory: memory), count: count)
        }

        /// Some sequences stay, once or more than once, in another order.
        mutating func rearrange() {
            let count = Int.random(in: 1...max(1, min(5, histories.count + 1)), using: &random)
            let indices = (0..<count).map { _ in Int.random(in: histories.indices, using: &random) }
            cache.keepSequences(indices)
            histories = indices.map { histories[$0] }
        }

        mutating func forget() {
            let index = Int.random(in: histories.indices, using: &random)
            let count = Int.random(in: 0...histories[index].ids.count, using: &random)
            cache.forgetTokens(after: count, ofSequence: index)
            histories[index].ids.removeLast(histories[index].ids.count - count)
        }

        /// Reads some tokens of each sequence, seldom many.
        ///
        /// - Returns: the logits behind the last token of each sequence that read, and what they are to be.
        mutating func read() -> (found: Tensor, expected: Tensor) {
            let ids = histories.indices.map { _ in
                let count = Int.random(in: 0..<10, using: &random) == 0 ? 40 : Int.random(in: 0...2, using: &random)
                return (0..<count).map { _ in Int32.random(in: 0..<150, using: &random) }
            }
            var expected: [Float] = []
            for (index, more) in ids.enumerated() where !more.isEmpty {
                histories[index].ids += more
                expected += logitsWithoutCache(histories[index])
            }
            let found = decoder.nextLogits(after: ids, cache: &cache)
            return (found, Tensor(shape: [expected.count / 150, 150], expected))
        }

        private func logitsWithoutCache(_ history: History) -> [Float] {
            let logits = trained.forward(
                history.ids, sequences: 1, memory: history.memory, random: RandomGenerator(seed: 0)
            ).logits
            return logits.token(history.ids.count - 1).values
        }
    }

    /// Sums are in another order: ≤ 1e-5 of the largest logit.
    @Test(arguments: DecoderKind.allCases, [1, 2, 3] as [UInt64])
    func logitsAreThoseOfAPassWithoutACache(_ kind: DecoderKind, seed: UInt64) {
        var walk = Walk(kind, seed: seed)
        var comparisons = 0
        for _ in 0..<60 {
            if walk.histories.isEmpty || Int.random(in: 0..<6, using: &walk.random) == 0 { walk.join() }
            switch Int.random(in: 0..<6, using: &walk.random) {
            case 0: walk.rearrange()
            case 1: walk.forget()
            default: break
            }
            let (found, expected) = walk.read()
            comparisons += expected.shape[0]
            #expect(found.shape == expected.shape)
            if expected.count > 0 { #expect(relativeError(found, expected) <= 1e-5) }
            #expect(walk.cache.tokenCounts == walk.histories.map(\.ids.count))
        }
        #expect(comparisons > 50)
    }

    /// A branch that forgets and reads on changes nothing for the others.
    @Test(arguments: [1, 31, 32, 33, 64])
    func branchesLeaveEachOtherAlone(common: Int) {
        let decoder = DecoderKind.gpt2.decoder(hiddenSize: 24).ready()
        var cache = decoder.makeCache(memory: nil)
        _ = decoder.nextLogits(after: [(0..<common).map { Int32($0) }], cache: &cache)
        var alone = cache
        let expected = [Int32](5..<8).map { decoder.nextLogits(after: [[$0]], cache: &alone) }
        cache.keepSequences([0, 0])
        for (number, token) in ([5, 6, 7] as [Int32]).enumerated() {
            let logits = decoder.nextLogits(after: [[token], [90, 91]], cache: &cache)
            #expect(relativeError(logits.rows(0..<1), expected[number]) <= 1e-5)
        }
        cache.forgetTokens(after: common, ofSequence: 1)
        let again = decoder.nextLogits(after: [[], [5]], cache: &cache)
        #expect(relativeError(again, expected[0]) <= 1e-5)
        #expect(cache.tokenCounts == [common + 3, common + 1])
    }
}
