import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraSeries
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

/// Chronos-Bolt against what chronos-forecasting computes from the same checkpoints.
@Suite struct ChronosBoltTests {
    private static func model(_ fixture: String) throws -> (model: Trainable<ChronosBolt>, reference: Safetensors) {
        let folder = try ForecasterFolder(finetuning: Fixtures.path(fixture))
        return (
            try folder.initialModel(seed: 0),
            try Safetensors(Fixtures.path(fixture + "/reference.safetensors"), allowNonFinite: true)
        )
    }

    /// `[batch, levels, steps]`, as the reference has them.
    private static func tensor(_ quantiles: [[[Double]]]) -> Tensor {
        let (steps, levels) = (quantiles[0].count, quantiles[0][0].count)
        let values = quantiles.flatMap { series in
            (0..<levels).flatMap { level in series.map { Float($0[level]) } }
        }
        return Tensor(shape: [quantiles.count, levels, steps], values)
    }

    private static func contexts(_ reference: Safetensors, _ name: String) throws -> [ArraySlice<Double>] {
        try reference.readRows(name) { Double($0) }.map { $0[...] }
    }

    static let cases: [String] =
        (try? Safetensors(Fixtures.path("chronos-bolt/reference.safetensors")))?.names
        .filter { $0.hasSuffix(".context") }.map { String($0.dropLast(".context".count)) } ?? []

    /// ≤ 1e-4 of the largest: random weights give quantiles that cross, compared before they are put in order.
    @Test(arguments: cases)
    func quantilesEqualTheReference(_ name: String) throws {
        let (model, reference) = try Self.model("chronos-bolt")
        let found = Self.tensor(model.ready().quantiles(try Self.contexts(reference, name + ".context")))
        #expect(relativeError(found, try reference.readTensor(name + ".quantiles")) <= 1e-4)
    }

    @Test func thereAreCases() { #expect(Self.cases.count >= 5) }

    /// Through the same weights, packed, and in every precision: bfloat16 has 8 bits, 2^-8 = 4e-3 a product, and int8 leaves the
    /// narrow matrices of the fixture in bfloat16.
    @Test(arguments: [(Precision.float32, Float(1e-4)), (.bfloat16, 0.05), (.int8, 0.05)] as [(Precision, Float)])
    func theForecasterGivesTheReferencesQuantiles(_ precision: Precision, _ tolerance: Float) throws {
        let reference = try Safetensors(Fixtures.path("chronos-bolt/reference.safetensors"))
        let forecaster = try Forecaster(folder: Fixtures.path("chronos-bolt"), precision: precision)
        let config = try JSONObject.read(Fixtures.path("chronos-bolt/config.json"))
        let levels = try #require(try config.object("chronos_config")?.numbers("quantiles"))
        let series = try Self.contexts(reference, "case0.context").map(history)
        let forecast = try forecaster.forecast(
            series, horizon: forecaster.predictionLength, quantileLevels: levels)[0]
        // Put in order at each step, as the forecast's are.
        let expected = try reference.readTensor("case0.quantiles")
        let (levelCount, steps) = (expected.shape[1], expected.shape[2])
        let sorted = (0..<steps).flatMap { step in
            (0..<levelCount).map { expected.values[$0 * steps + step] }.sorted()
        }
        let found = Tensor(shape: [steps, levelCount], forecast.quantiles.flatMap { $0.map { Float($0) } })
        #expect(relativeError(found, Tensor(shape: [steps, levelCount], sorted)) <= tolerance)
        #expect(forecast.mean == forecast.quantiles.map { $0[levelCount / 2] })
    }

    /// Three times its own horizon: every rolled part adds its rounding.
    @Test func longHorizonsEqualTheReference() throws {
        let (model, reference) = try Self.model("chronos-bolt-training")
        let expected = try reference.readTensor("long.quantiles")
        let found = model.ready().rolledForward(try Self.contexts(reference, "context"), horizon: expected.shape[2])
        #expect(relativeError(Self.tensor(found), expected) <= 1e-4)
    }

    /// The reference sums over the steps where we take their mean.
    ///
    /// Where a part is trained alone, it has the same gradient, and what is frozen has none.
    @Test(
        arguments: [
            "", "head", "transformer.decoder.blocks.1", "transformer.encoder.blocks.1", "transformer.relativePositions",
            "transformer.decoder.embedding", "patchEmbedding.hidden",
        ])
    func lossAndGradientsEqualTheReference(trained: String) throws {
        let (model, reference) = try Self.model("chronos-bolt-training")
        let batch = SeriesBatch(
            contexts: try reference.readTensor("context"), targets: try reference.readTensor("target"))
        let steps = Float(batch.targets.shape[1])
        var gradient = model.zeros(wanting: trained)
        let losses = QuantileForecasting().accumulate(
            model.preparedForTraining(.float32), batch, scale: steps / Float(batch.count),
            random: RandomGenerator(seed: 0), into: &gradient)
        let loss = Float(losses.lossSum / Double(losses.sampleCount)) * steps
        #expect(abs(loss / (try reference.readTensor("loss").values[0]) - 1) <= 1e-5)
        #expect(abs(QuantileForecasting().evaluate(model.ready(), batch).lossSum / losses.lossSum - 1) <= 1e-5)

        let parameters = gradient.takeParameters()
        #expect(parameters.areSomeWanted)
        for (name, found) in zip(parameters.names, parameters.tensors) {
            guard trained.isEmpty || name.hasPrefix(trained + ".") else {
                #expect(!found.isWanted, "\(name)")
                continue
            }
            let source = model.layers.names.sources(of: name)[0].name
            let expected = try reference.readTensor("gradient." + source)
            // Self-attention of one token has no gradient but through its values.
            let size = expected.values.map(abs).max() ?? 0
            if size > 1e-6 {
                #expect(relativeDistance(found, expected) <= 1e-4, "\(name)")
            } else {
                #expect(found.values.allSatisfy { abs($0) <= 1e-6 }, "\(name)")
            }
        }
    }

    /// A series' forecast does not depend on those that pass the model with it, save for the order of sums.
    @Test func lengthsMix() throws {
        let forecaster = try Forecaster(folder: Fixtures.path("chronos-bolt"))
        let histories = [3, 200, 40, 1, 40].map { count in
            history(wave(count))
        }
        let together = try forecaster.forecast(histories, horizon: 40, quantileLevels: [0.05, 0.3, 0.5, 0.95])
        #expect(together.map(\.times.count) == [40, 40, 40, 40, 40])
        for (history, expected) in zip(histories, together) {
            let alone = try forecaster.forecast([history], horizon: 40, quantileLevels: [0.05, 0.3, 0.5, 0.95])[0]
            let error =
                zip(alone.quantiles.joined(), expected.quantiles.joined()).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= 1e-4)
            #expect(alone.quantiles.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 <= $1 } })
        }
    }

    /// A power of two changes exponents alone.
    @Test func valuesMayBeHuge() throws {
        let forecaster = try Forecaster(folder: Fixtures.path("chronos-bolt"))
        let values = (0..<100).map { Double($0 % 7) - 2 + Double($0) / 50 }
        let unit = Double(sign: .plus, exponent: 900, significand: 1)
        let forecasts = try [1, unit].map { unit in
            try forecaster.forecast([history(values.map { $0 * unit }[...])], horizon: 8, quantileLevels: [0.5])[0].mean
        }
        let errors = zip(forecasts[0], forecasts[1]).map { abs($1 / unit - $0) }
        #expect(errors.count == 8 && errors.allSatisfy { $0 <= 1e-5 })
    }

    @Test func whatCannotBeForecastIsSaid() throws {
        let forecaster = try Forecaster(folder: Fixtures.path("chronos-bolt"))
        let length = forecaster.contextLength
        let late = [1.0] + [Double](repeating: .nan, count: length)
        for (values, cause) in [([Double.nan, .nan], "all 2 values"), (late, "the last \(length) values")] {
            #expect {
                _ = try forecaster.forecast([history(values[...])], horizon: 3, quantileLevels: [0.5])
            } throws: { ($0 as? SeriesError)?.description.contains(cause) == true }
        }
        #expect(try forecaster.forecast([history([1, 2])], horizon: 0, quantileLevels: [0.5])[0].mean.isEmpty)
    }
}
