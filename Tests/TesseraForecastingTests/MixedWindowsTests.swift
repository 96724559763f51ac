import TesseraForecasting
import TesseraSeries
import TesseraTensor
import TesseraTraining
import Testing

@Suite struct MixedWindowsTests {
    /// Windows of 3 values and 2 targets of the series `first`, `first + 1`, ….
    private func windows(count: Int, first: Double) throws -> SeriesWindows {
        let values = (0..<count + 4).map { first + Double($0) }
        let series = try Series(values, from: try #require(Timestamp("2024-01-01")), every: Frequency(.day))
        return SeriesWindows(series.histories, contextLength: 3, horizon: 2)
    }

    @Test("Every window of every source is there once, with its own targets")
    func everyWindow() throws {
        let mixed = MixedWindows([
            try windows(count: 5, first: 0), try windows(count: 1, first: 100), try windows(count: 4, first: 1_000),
        ])
        #expect(mixed.sampleCount == 10)
        let batch = try mixed.batch([9, 0, 5, 4, 7], epoch: 0)
        #expect(batch.contexts.shape == [5, 3] && batch.targets.shape == [5, 2])
        // Those of the first source come first.
        #expect((0..<5).map { batch.contexts[$0, 0] } == [0, 4, 100, 1_003, 1_001])
        for row in 0..<5 { #expect(batch.targets[row, 1] == batch.contexts[row, 0] + 4) }
        let alone = try mixed.batch([5], epoch: 3)
        #expect(alone.contexts.values == [100, 101, 102] && alone.targets.values == [103, 104])
    }

    @Test func none() {
        #expect(MixedWindows([]).sampleCount == 0)
    }
}
