import BenchmarkSupport
import TesseraSpeech
import TesseraTensor
import TesseraTransformer

/// Tokens a second of sequences that each have a window and a length of their own, and step together.
struct RaggedDecoding {
    let transformer: SpeechTransformer
    /// As many windows as sequences, `[1, frames, mel bins]`
    let windows: [Tensor]
    let storage: KeyValueStorage
    /// Tokens that are decoded of each sequence.
    let tokenCount: Int

    /// What one sequence, of the middle length, and all of them reach: medians of `runs` rounds, in each of which both are timed.
    func tokensPerSecond(runs: Int) -> (one: Double, all: Double, ratio: Double) {
        let caches = windows.enumerated().map(cache)
        var together = caches[0]
        for other in caches.dropFirst() { together.append(other) }
        let middle = caches[caches.count / 2]
        for cache in [middle, together] { _ = seconds(from: cache) }
        let rounds = (0..<runs).map { _ in
            let (one, all) = (1 / seconds(from: middle), Double(windows.count) / seconds(from: together))
            return (one: one, all: all, ratio: all / one)
        }
        return (median(rounds.map(\.one)), median(rounds.map(\.all)), median(rounds.map(\.ratio)))
    }

    /// A sequence that has read its prompt: the sequences' prompts are of even spacing, up to the length of what is decoded.
    private func cache(_ index: Int, _ window: Tensor) -> KeyValueCache {
        var cache = transformer.decoder.makeCache(memory: transformer.encoded(window), storage: storage)
        let prompt = (0..<4 + tokenCount * index / windows.count).map { Int32($0) }
        _ = transformer.decoder.states(of: [prompt], cache: &cache)
        return cache
    }

    /// The time of a step.
    private func seconds(from start: KeyValueCache) -> Double {
        var cache = start
        let whole = milliseconds {
            for token in 0..<tokenCount {
                let ids = (0..<cache.sequenceCount).map { [Int32(token + $0)] }
                _ = transformer.decoder.nextLogits(after: ids, cache: &cache)
            }
        }
        return whole / 1000 / Double(tokenCount)
    }
}
