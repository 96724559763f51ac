import TesseraForecasting
import TesseraTensor
import Testing

@Suite struct SyntheticWindowsTests {
    private let windows = SyntheticWindows(sampleCount: 1000, contextLength: 512, predictionLength: 64, seed: 42)

    @Test("A window depends on the seed, the epoch and its number alone, not on the batch")
    func reproducible() {
        let batch = windows.batch([5, 9, 700], epoch: 2)
        let other = windows.batch([700, 5], epoch: 2)
        #expect(row(batch, 2) == row(other, 0) && row(batch, 0) == row(other, 1))
        #expect(row(batch, 0) != row(windows.batch([5], epoch: 3), 0), "each epoch has others")
        let seeded = SyntheticWindows(sampleCount: 1000, contextLength: 512, predictionLength: 64, seed: 43)
        #expect(row(batch, 0) != row(seeded.batch([5], epoch: 2), 0))
    }

    @Test("Contexts are long, short and with gaps in the shares announced; the last value is always known")
    func missing() {
        let batch = windows.batch(Array(0..<1000), epoch: 0)
        let (contexts, targets) = (batch.contexts.values, batch.targets.values)
        #expect(batch.contexts.shape == [1000, 512] && batch.targets.shape == [1000, 64])
        var (full, short, gaps) = (0, 0, 0)
        for row in 0..<1000 {
            let context = contexts[row * 512..<(row + 1) * 512]
            let known = context.drop { $0.isNaN }
            #expect(known.count >= 1 && context.last?.isFinite == true)
            #expect(known.allSatisfy { $0.isNaN || $0.isFinite })
            let future = targets[row * 64..<(row + 1) * 64]
            let knownTargets = future.prefix { $0.isFinite }.count
            // A gap at the beginning makes a context look shorter than it is.
            #expect(knownTargets >= min(64, max(16, 2 * known.count)))
            #expect(knownTargets == 64 || known.count < 32)
            #expect(future.dropFirst(knownTargets).allSatisfy { $0.isNaN })
            full += known.count > 480 ? 1 : 0
            short += known.count < 64 ? 1 : 0
            gaps += known.contains { $0.isNaN } ? 1 : 0
        }
        #expect((560...700).contains(full), "\(full) of 1,000 are nearly full")
        #expect((110...230).contains(short), "\(short) of 1,000 are shorter than 64")
        #expect((20...90).contains(gaps), "\(gaps) of 1,000 have gaps")
    }

    @Test("Targets stay within 20 deviations of the context, to rounding, and most within 4")
    func reach() {
        let batch = windows.batch(Array(0..<1000), epoch: 1)
        let (contexts, targets) = (batch.contexts.values, batch.targets.values)
        var near = 0
        for row in 0..<1000 {
            let known = contexts[row * 512..<(row + 1) * 512].filter { !$0.isNaN }.map(Double.init)
            let mean = known.reduce(0, +) / Double(known.count)
            let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
            let farthest =
                targets[row * 64..<(row + 1) * 64].filter { !$0.isNaN }
                .map { abs(Double($0) - mean) }.max() ?? .infinity
            #expect(farthest <= 20 * variance.squareRoot() + 1e-5 * abs(mean))
            near += farthest <= 4 * variance.squareRoot() ? 1 : 0
        }
        #expect((700...950).contains(near), "\(near) of 1,000 stay within 4 deviations")
    }

    @Test("Other lengths are possible", arguments: [(8, 1), (96, 24), (1024, 96)])
    func lengths(contextLength: Int, predictionLength: Int) {
        let windows = SyntheticWindows(
            sampleCount: 20, contextLength: contextLength, predictionLength: predictionLength, seed: 1)
        let batch = windows.batch(Array(0..<20), epoch: 0)
        #expect(batch.contexts.shape == [20, contextLength] && batch.targets.shape == [20, predictionLength])
        #expect(!batch.targets.values.contains { $0.isInfinite })
    }

    /// The values of a window by their bits, since a missing one does not equal itself.
    private func row(_ batch: SeriesBatch, _ index: Int) -> [UInt32] {
        let one = batch.samples(index..<index + 1)
        return (one.contexts.values + one.targets.values).map(\.bitPattern)
    }
}
