import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraSeries
import TesseraTensor
import TestSupport
import Testing

/// Several targets, covariates and categories: what a model reads of them, and what it refuses.
@Suite struct ForecastInputTests {
    private static let fixtures = ["chronos-bolt", "chronos-t5", "patchtst", "mixer-plain"]

    private func series(_ columns: Int, count: Int = 600) throws -> Series {
        try Series(
            columns: (0..<columns).map { column in
                .init("c\(column)", (0..<count).map { Double(($0 * (column + 3)) % 24) + Double(column) })
            }, from: try #require(Timestamp("2024-01-01")), every: try #require(Frequency("1h")))
    }

    /// Each target has the forecast that it has alone, whatever it is given with.
    @Test(arguments: fixtures)
    func univariateFamiliesForecastEachColumnForItself(_ fixture: String) throws {
        let forecaster = try Forecaster(folder: Fixtures.ownPath(fixture))
        let histories = try series(3).histories
        let alone = try forecaster.forecast(histories, horizon: 5, quantileLevels: [], seed: 3)
        let inputs = [ForecastInput(histories[0]), try ForecastInput(targets: Array(histories[1...]))]
        let together = try forecaster.forecast(inputs, horizon: 5, seed: 3)
        #expect(together.map(\.count) == [1, 2])
        #expect(together.flatMap { $0 }.map(\.mean) == alone.map(\.mean))
        #expect(together.flatMap { $0 }.map(\.name) == ["c0", "c1", "c2"])
    }

    @Test(arguments: fixtures, ["pastCovariates", "futureCovariates", "categories"])
    func univariateFamiliesRefuseAllElse(_ fixture: String, _ kind: String) throws {
        let forecaster = try Forecaster(folder: Fixtures.ownPath(fixture))
        var input = ForecastInput(try series(1).histories[0])
        switch kind {
        case "pastCovariates": input.pastCovariates = [.init("wind", [Double](repeating: 1, count: 600))]
        case "futureCovariates": input.futureCovariates = [.init("holiday", [Double](repeating: 1, count: 605))]
        default: input.categories = [.init("shop", "north")]
        }
        let error = #expect(throws: SeriesError.self) { _ = try forecaster.forecast([input], horizon: 5) }
        let named = ["pastCovariates": "wind", "futureCovariates": "holiday", "categories": "shop"][kind] ?? ""
        #expect(error?.cause.hasPrefix("\(forecaster.name) reads no ") == true && error?.cause.hasSuffix(named) == true)
        #expect(!forecaster.capabilities.contains(.jointTargets))
    }

    /// A model that reads it all is given the ends of all columns, and of what is known beyond them.
    @Test func joinedColumnsAreGivenTogether() throws {
        let forecaster = Forecaster(name: "sums", model: Sums())
        var input = try ForecastInput(targets: try series(2).histories)
        input.pastCovariates = [.init("wind", (0..<600).map(Double.init))]
        input.futureCovariates = [.init("holiday", (0..<603).map(Double.init))]
        input.categories = [.init("shop", "north")]
        let single = ForecastInput(try series(1).histories[0])
        let forecasts = try forecaster.forecast([input, single], horizon: 3)
        // The last covariates of the past, of the horizon, and how many columns and categories there are.
        #expect(forecasts[0].map(\.mean) == [[599, 602, 3], [599, 602, 3]])
        #expect(forecasts[1].map(\.mean) == [[0, 0, 1]])
    }

    @Test(arguments: [(599, 603), (600, 602), (600, 600)])
    func covariatesHaveALength(past: Int, future: Int) throws {
        var input = ForecastInput(try series(1).histories[0])
        input.pastCovariates = [.init("wind", [Double](repeating: 1, count: past))]
        input.futureCovariates = [.init("holiday", [Double](repeating: 1, count: future))]
        let forecaster = Forecaster(name: "sums", model: Sums())
        let error = #expect(throws: SeriesError.self) { _ = try forecaster.forecast([input], horizon: 3) }
        let named = past == 599 ? "wind has 599 values instead of 600" : "holiday has \(future) values instead of 603"
        #expect(error?.cause == "the covariate \(named)" && error?.series != nil)
    }

    @Test func targetsAreAtTheSameTimes() throws {
        let (long, short) = (try series(1).histories[0], try series(1, count: 10).histories[0])
        #expect(throws: SeriesError.self) { _ = try ForecastInput(targets: [long, short]) }
        #expect(throws: SeriesError.self) { _ = try ForecastInput(targets: []) }
    }
}

/// Says of each context what it was given.
private struct Sums: SeriesModel {
    static let modelType = "sums"
    static let architectures = ["Sums"]
    static func network(_ config: JSONObject) throws(FileError) -> Sums { Sums() }
    static func names(of network: Sums) -> TensorNames { TensorNames(rules: [], ignored: []) }
    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {}

    let capabilities: Set<Forecaster.Capability> = [.jointTargets, .pastCovariates, .futureCovariates, .categories]
    let contextLength = 64
    let shortestContext = 1
    let predictionLength = 8

    func predictions(
        _ contexts: [SeriesContext], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [[Prediction]] {
        contexts.map { context in
            let known = [context.pastCovariates, context.futureCovariates].map { $0.first?.last ?? 0 }
            let given = Double(context.targets.count + context.categories.count)
            precondition(context.pastCovariates.allSatisfy { $0.count == 64 }, "as long as the targets")
            precondition(context.futureCovariates.allSatisfy { $0.count == 64 + horizon }, "and the horizon")
            return context.targets.map { _ in Prediction(mean: known + [given]) }
        }
    }
}
