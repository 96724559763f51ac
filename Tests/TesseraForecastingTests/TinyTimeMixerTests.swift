import TesseraFiles
import TesseraForecasting
import TesseraSeries
import TesseraTensor
import TestSupport
import Testing

/// TinyTimeMixer against what granite-tsfm computes from the same checkpoints: every folder of the fixtures that is one.
@Suite struct TinyTimeMixerTests {
    static let fixtures = Fixtures.models(ofTypes: [TinyTimeMixer.modelType])

    @Test func thereAreFixtures() {
        #expect(Self.fixtures.count >= 1)
    }

    private func load(
        _ fixture: String, _ precision: Precision = .float32
    ) throws -> (model: TinyTimeMixer, reference: Safetensors) {
        let path = Fixtures.path(fixture)
        let model = try TinyTimeMixer(
            try JSONObject.read(path + "/config.json"), try Checkpoint(folder: path), precision)
        let reference = try Safetensors(path + "/reference.safetensors", allowNonFinite: true)
        return (model.reading(frequencyToken: Int(try reference.readTensor("frequency").values[0])), reference)
    }

    private func contexts(_ reference: Safetensors, _ suffix: String = "") throws -> [ArraySlice<Double>] {
        try reference.readRows("contexts" + suffix) { Double($0) }.map { $0[...] }
    }

    private func tensor(_ rows: [[Double]]) -> Tensor {
        Tensor(shape: [rows.count, rows[0].count], rows.flatMap { $0.map { Float($0) } })
    }

    /// Contexts of the model's length and shorter ones, with missing values, and with such that do not vary. Float32 differs from the
    /// reference by the order of its sums; bfloat16, which narrow matrices have in int8 too, by its rounding.
    @Test(arguments: fixtures, [(Precision.float32, Float(1e-4)), (.bfloat16, 2e-2), (.int8, 2e-2)])
    func predictionsEqualTheReference(fixture: String, _ test: (precision: Precision, tolerance: Float)) throws {
        let (model, reference) = try load(fixture, test.precision)
        for suffix in ["", ".short"] {
            let contexts = try contexts(reference, suffix)
            let expected = try reference.readTensor("predictions" + suffix)
            let means = tensor(model.means(contexts, horizon: expected.shape[1]))
            #expect(relativeError(means, expected) <= test.tolerance, "\(suffix)")
        }
    }

    /// Series by themselves, and together with others: the same forecasts but for the order of sums.
    @Test(arguments: fixtures)
    func seriesDoNotDependOnEachOther(fixture: String) throws {
        let (model, reference) = try load(fixture)
        let contexts = try contexts(reference)
        let together = model.means(contexts, horizon: 2)
        for (context, expected) in zip(contexts, together) {
            let alone = model.means([context], horizon: 2)
            #expect(relativeError(tensor(alone), tensor([expected])) <= 1e-6)
        }
    }

    /// Beyond what the model gives at once it reads its own forecasts; how rows are shared between threads orders sums.
    @Test(arguments: fixtures, ["", ".short"])
    func longerHorizonsAreRolledForward(fixture: String, suffix: String) throws {
        let (model, reference) = try load(fixture)
        let contexts = try contexts(reference, suffix)
        let once = model.configuration.predictionLength
        let all = model.means(contexts, horizon: 2 * once + 1)
        var values = contexts.map { Array($0) }
        for _ in 0..<3 {
            let next = model.means(values.map { $0.suffix(model.configuration.contextLength) }, horizon: once)
            for (row, next) in next.enumerated() { values[row] += next }
        }
        let expected = zip(values, contexts).map { Array($0.dropFirst($1.count).prefix(2 * once + 1)) }
        #expect(relativeError(tensor(all), tensor(expected)) <= 1e-5)
    }

    @Test(arguments: [
        ("h", 7), ("15min", 5), ("D", 8), ("W-SUN", 0), ("min", 1), ("MS", 0), ("2h", 0), ("30min", 6), ("10min", 4),
    ])
    func frequenciesHaveTheReferencesTokens(name: String, token: Int) throws {
        let (model, _) = try load("mixer-frequency")
        #expect(model.configuration.frequencyCount == 9)  // so that weeks, the tenth, have none
        #expect(model.frequencyToken(of: try #require(Frequency(name))) == token)
    }

    /// Series of two frequencies in one call, each with its own token.
    @Test func theForecasterTellsTheFrequency() throws {
        let forecaster = try Forecaster(folder: Fixtures.path("mixer-frequency"))
        let (model, reference) = try load("mixer-frequency")
        let start = try #require(Timestamp("2020-01-01"))
        let contexts = try contexts(reference)
        let histories = try zip(contexts, [Frequency(.hour), Frequency(.day), Frequency(.hour), Frequency(.day)]).map {
            try Series(Array($0), from: start, every: $1).histories[0]
        }
        let forecasts = try forecaster.forecast(histories, horizon: 5, quantileLevels: [])
        for (index, forecast) in forecasts.enumerated() {
            let token = index % 2 == 0 ? 7 : 8
            let expected = model.reading(frequencyToken: token).means([contexts[index]], horizon: 5)
            #expect(relativeError(tensor([forecast.mean]), tensor(expected)) <= 1e-6)
        }
        let other = model.reading(frequencyToken: 7).means([contexts[1]], horizon: 5)
        #expect(relativeError(tensor([forecasts[1].mean]), tensor(other)) > 1e-3)
    }
}
