import TesseraForecasting
import TesseraSeries
import Testing

@Suite struct SeriesWindowsTests {
    private static func histories(_ columns: [[Double]]) throws -> [History] {
        let start = try #require(Timestamp("2020-01-01"))
        return try columns.flatMap { try Series($0, from: start, every: Frequency(.day)).histories }
    }

    private static let rows = (0..<20).map(Double.init)

    @Test func aWindowIsAContextAndWhatFollows() throws {
        let windows = SeriesWindows(
            try Self.histories([Self.rows, Self.rows.map { $0 * 10 }]), contextLength: 4, horizon: 2, stride: 3)
        // Origins 4, 7, 10, 13, 16 of each.
        #expect(windows.sampleCount == 10)
        let batch = windows.batch([0, 9], epoch: 0)
        #expect(batch.contexts.shape == [2, 4])
        #expect(batch.contexts.values == [0, 1, 2, 3, 120, 130, 140, 150])
        #expect(batch.targets.values == [4, 5, 160, 170])
    }

    /// The benchmarks of the long horizon: every window whose targets lie in the part, with contexts from before it.
    @Test(arguments: [96, 192, 336, 720])
    func partsHaveEveryWindowOfTheirTargets(horizon: Int) throws {
        let histories = try Self.histories([(0..<17_420).map { Double($0 % 24) }])
        func count(_ rows: Range<Int>) -> Int {
            SeriesWindows(histories, contextLength: 512, horizon: horizon, targets: { _ in rows }).sampleCount
        }
        #expect(count(0..<8_640) == 8_640 - 512 - horizon + 1)
        #expect(count(8_640..<11_520) == 2_880 - horizon + 1)
        #expect(count(11_520..<14_400) == 2_880 - horizon + 1)
    }

    @Test func contextsReachBackBeyondThePart() throws {
        let windows = SeriesWindows(
            try Self.histories([Self.rows]), contextLength: 4, horizon: 2, targets: { 10..<$0 - 4 })
        let batch = windows.batch([0, windows.sampleCount - 1], epoch: 0)
        #expect(batch.contexts.values == [6, 7, 8, 9, 10, 11, 12, 13])
        #expect(batch.targets.values == [10, 11, 14, 15])
    }

    @Test func shortContextsBeginWithMissingValues() throws {
        let windows = SeriesWindows(
            try Self.histories([[1, 2, 3, 4], [5]]), contextLength: 3, horizon: 1, shortestContext: 1)
        #expect(windows.sampleCount == 3)
        let values = windows.batch([0], epoch: 0).contexts.values
        #expect(values[0].isNaN && values[1].isNaN && values[2] == 1)
    }

    @Test func windowsOfMissingValuesAreLeftOut() throws {
        let missing = Double.nan
        let windows = SeriesWindows(
            try Self.histories([[missing, missing, 1, missing, missing, 2, 3]]), contextLength: 2, horizon: 1)
        // Of the origins 2, 3, 4, 5 and 6: 2 and 5 know nothing of the context, 3 and 4 nothing of the target.
        #expect(windows.sampleCount == 1)
        #expect(windows.batch([0], epoch: 0).targets.values == [3])
    }

    /// Standardised by the reference alone: mean 2 and deviation √2 of 0 … 4. A column that never changes keeps its unit.
    @Test func columnsAreStandardizedByTheReference() throws {
        let windows = SeriesWindows(
            try Self.histories([Self.rows, Self.rows.map { _ in 7 }]), contextLength: 1, horizon: 1,
            standardizedBy: { _ in 0..<5 })
        let batch = windows.batch(Array(0..<windows.sampleCount), epoch: 0)
        #expect(abs(batch.contexts[0, 0] + Float(2).squareRoot()) < 1e-6)
        #expect(abs(batch.targets[18, 0] - 17 / Float(2).squareRoot()) < 1e-5)
        #expect(batch.contexts[19, 0] == 0)
    }
}
