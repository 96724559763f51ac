import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraSeries
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Chronos-T5 against what chronos-forecasting computes from the same checkpoint.
@Suite struct ChronosT5Tests {
    private static func model(folder: String) throws -> ChronosT5 {
        try ChronosT5(try JSONObject.read(folder + "/config.json"), try Checkpoint(folder: folder), .float32)
    }

    private static func contexts(_ reference: Safetensors, _ name: String) throws -> [ArraySlice<Double>] {
        try reference.readRows(name) { Double($0) }.map { $0[...] }
    }

    private static func reference(_ fixture: String) throws -> Safetensors {
        try Safetensors(Fixtures.path(fixture + "/reference.safetensors"), allowNonFinite: true)
    }

    /// A fixture and what the names of a case's tensors begin with.
    typealias Case = (fixture: String, name: String)
    static let cases: [Case] = ["chronos-t5", "chronos-t5-series"].flatMap { fixture in
        ((try? reference(fixture))?.names ?? []).filter { $0.hasSuffix(".token_ids") }
            .map { (fixture, String($0.dropLast(".token_ids".count))) }
    }

    @Test func thereAreCases() { #expect(Self.cases.count >= 14) }

    /// To the last bit: a value on the boundary between two bins falls into the one that the reference puts it into.
    @Test(arguments: cases)
    func tokensEqualTheReference(_ test: Case) throws {
        let reference = try Self.reference(test.fixture)
        let bins = try ChronosT5Configuration(
            try JSONObject.read(Fixtures.path(test.fixture + "/config.json"))
        ).bins
        let ids = try reference.readRows(test.name + ".token_ids") { Int32($0) }
        let mask = try reference.readRows(test.name + ".attention_mask") { $0 != 0 }
        let scales = try reference.readTensor(test.name + ".scale").values
        for (row, values) in try Self.contexts(reference, test.name + ".context").enumerated() {
            let context = bins.context(values)
            #expect(zip(context.ids, ids[row]).count { $0 != $1 } == 0, "row \(row)")
            #expect(context.ids.count == ids[row].count)
            #expect(context.valid == mask[row])
            #expect(Float(context.scale) == scales[row])
        }
    }

    @Test(arguments: cases.filter { $0.fixture == "chronos-t5-series" })
    func tokensStandForTheReferencesValues(_ test: Case) throws {
        let reference = try Self.reference(test.fixture)
        let bins = try ChronosT5Configuration(
            try JSONObject.read(Fixtures.path(test.fixture + "/config.json"))
        ).bins
        let values = try reference.readRows(test.name + ".values") { $0 }
        for (row, context) in try Self.contexts(reference, test.name + ".context").map(bins.context).enumerated() {
            let found = context.ids.dropLast().map { Float(bins.value(of: $0, scale: context.scale)) }
            #expect(zip(found, values[row]).count { $0 != $1 } == 0, "row \(row)")
        }
    }

    /// Ids equal; values ≤ 1e-5 of each.
    @Test(arguments: cases.filter { $0.fixture == "chronos-t5" })
    func theLikeliestPathIsTheReferences(_ test: Case) throws {
        let reference = try Self.reference(test.fixture)
        let model = try Self.model(folder: Fixtures.path(test.fixture))
        let contexts = try Self.contexts(reference, test.name + ".context")
        let expected = try reference.readRows(test.name + ".greedy_ids") { Int32($0) }
        let found = model.continuations(
            of: contexts.map { model.configuration.bins.context($0) }, steps: expected[0].count - 1, .greedy,
            random: contexts.map { _ in RandomGenerator(seed: 0) })
        #expect(found == expected.map { Array($0.dropFirst()) })

        let forecaster = try Forecaster(folder: Fixtures.path(test.fixture))
        let values = try reference.readTensor(test.name + ".greedy_values").values
        let forecast = try forecaster.forecast(
            contexts.map(history), horizon: values.count, quantileLevels: [0.1, 0.5], seed: 3, temperature: 0)[0]
        #expect(forecast.samplePaths == [forecast.mean])
        #expect(forecast.median == forecast.mean)
        for (found, expected) in zip(forecast.mean, values) { #expect(abs(found / Double(expected) - 1) <= 1e-5) }
    }

    /// Three times its own horizon and a step more, ≤ 1e-5 of the largest. The weights are those that the reference had.
    @Test func longHorizonsEqualTheReference() throws {
        let reference = try Self.reference("chronos-t5-series")
        let forecaster = try Forecaster(folder: Fixtures.ownPath("chronos-t5"))
        let expected = try reference.readTensor("long.values")
        let forecasts = try forecaster.forecast(
            try Self.contexts(reference, "long.context").map(history), horizon: expected.shape[1], quantileLevels: [],
            seed: 0, temperature: 0)
        let found = Tensor(shape: expected.shape, forecasts.flatMap { $0.mean.map { Float($0) } })
        #expect(relativeError(found, expected) <= 1e-5)
    }

    /// In every precision: sampled from other rounding, but from series that are there.
    @Test(arguments: [Precision.bfloat16, .int8])
    func packedWeightsForecast(_ precision: Precision) throws {
        let forecaster = try Forecaster(folder: Fixtures.path("chronos-t5"), precision: precision)
        let forecast = try forecaster.forecast([history(wave(50))], horizon: 12, quantileLevels: [0.1, 0.9])[0]
        #expect(forecast.quantiles.allSatisfy { $0[0] < $0[1] && $0.allSatisfy(\.isFinite) })
    }
}

/// What sampled paths depend on, and what they do not.
@Suite struct SampledPathTests {
    private let forecaster: Forecaster

    init() throws { forecaster = try Forecaster(folder: Fixtures.path("chronos-t5")) }

    private func paths(
        _ contexts: [ArraySlice<Double>], horizon: Int = 20, seed: UInt64 = 1, count: Int? = nil
    ) throws -> [[[Double]]] {
        try forecaster.forecast(
            contexts.map(history), horizon: horizon, quantileLevels: [], seed: seed, sampleCount: count
        ).map(\.samplePaths)
    }

    @Test func theSeedDecides() throws {
        let first = try paths([wave(40)])
        #expect(first == (try paths([wave(40)])))
        #expect(first != (try paths([wave(40)], seed: 2)))
        #expect(Set(first[0]).count == first[0].count)
        // As many as config.json says.
        let config = try JSONObject.read(Fixtures.path("chronos-t5/config.json"))
        #expect(first[0].count == (try config.object("chronos_config")?.integer("num_samples", in: 1...1_000)))
    }

    /// Neither on other series, nor on how many paths there are, nor on threads.
    @Test func pathsStandAlone() throws {
        let waves = [wave(40), wave(25), wave(40, phase: 2), wave(25), wave(64)]
        let together = try paths(waves)
        // The numbers of a series' place in the call are its own.
        #expect(together[1] != together[3])
        #expect(together[0] == (try paths([wave(40)]))[0])
        #expect(together == (try paths(waves + [wave(40)])).dropLast())
        #expect(together == (try Threads.$areLeftToOthers.withValue(true) { try paths(waves) }))

        let (few, many) = (try paths([wave(30)], horizon: 8, count: 3), try paths([wave(30)], horizon: 8, count: 170))
        #expect(many[0].count == 170 && few[0] == Array(many[0].prefix(3)))
    }

    /// Filled up on the left, as the reference fills them.
    @Test func lengthsMix() throws {
        let folder = Fixtures.path("chronos-t5")
        let model = try ChronosT5(
            try JSONObject.read(folder + "/config.json"), try Checkpoint(folder: folder), .float32)
        let contexts = [3, 60, 17].map { model.configuration.bins.context(wave($0)) }
        let random = contexts.map { _ in RandomGenerator(seed: 0) }
        let together = model.continuations(of: contexts, steps: 8, .greedy, random: random)
        for (context, expected) in zip(contexts, together) {
            let alone = model.continuations(of: [context], steps: 8, .greedy, random: [RandomGenerator(seed: 0)])
            #expect(alone == [expected])
        }
    }

    @Test func quantilesAndMeanAreThePaths() throws {
        let forecast = try forecaster.forecast(
            [history(wave(40))], horizon: 10, quantileLevels: [0.25, 0.5, 0.625], seed: 0, sampleCount: 9)[0]
        for step in 0..<10 {
            let values = forecast.samplePaths.map { $0[step] }.sorted()
            #expect(forecast.quantiles[step] == [values[2], values[4], values[5]])
            #expect(abs(forecast.mean[step] - values.reduce(0, +) / 9) <= 1e-12 * (values.map(abs).max() ?? 0))
        }
    }

    /// Values of any size are the same tokens: powers of two change no digit.
    @Test(arguments: [-1_000, -130, 130, 1_000])
    func sizesDoNotMatter(exponent: Int) throws {
        let factor = Double(sign: .plus, exponent: exponent, significand: 1)
        let expected = try paths([wave(40)])[0].map { $0.map { $0 * factor } }
        #expect(try paths([wave(40).map { $0 * factor }[...]])[0] == expected)
    }

    @Test func flatAndSparseSeriesAreForecast() throws {
        let zeros = [Double](repeating: 0, count: 30)[...]
        let missing = wave(30).enumerated().map { $0 % 3 == 0 ? $1 : .nan }[...]
        for values in [zeros, [7.5], [Double](repeating: -3, count: 80)[...], missing, [1e300, -1e300, 2e300]] {
            let forecast = try forecaster.forecast([history(values)], horizon: 30, quantileLevels: [0.5])[0]
            #expect(forecast.samplePaths.allSatisfy { $0.count == 30 && $0.allSatisfy(\.isFinite) })
            #expect(forecast.mean.allSatisfy { $0.isFinite })
        }
    }
}
