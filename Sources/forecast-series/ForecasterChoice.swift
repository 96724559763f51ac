import ArgumentParser
import TesseraCommands
import TesseraFiles
import TesseraForecasting
import TesseraModels
import TesseraSeries

/// A baseline by the name that `--model` knows it by.
enum Baseline: String, CaseIterable {
    case naive, drift, theta
    case seasonalNaive = "seasonal-naive"

    func forecaster(seasonLength: Int?) -> any Forecasting {
        switch self {
        case .naive: Naive()
        case .drift: Drift()
        case .theta: Theta(seasonLength: seasonLength)
        case .seasonalNaive: SeasonalNaive(seasonLength: seasonLength)
        }
    }
}

/// A model whose sampled paths are as many, and come from the seed, as the user says.
private struct SamplingForecaster: Forecasting {
    let forecaster: Forecaster
    let seed: UInt64
    let sampleCount: Int?
    var name: String { forecaster.name }

    func forecast(_ histories: [History], horizon: Int, quantileLevels: [Double]) throws -> [Forecast] {
        try forecaster.forecast(
            histories, horizon: horizon, quantileLevels: quantileLevels, seed: seed, sampleCount: sampleCount)
    }
}

/// What continues the series of a run.
struct ForecasterChoice {
    let forecaster: any Forecasting
    /// How many steps it gives at once; nil for baselines, which give any number.
    let predictionLength: Int?
    let givesQuantiles: Bool
    /// Whether it draws ways the series may go.
    private let drawsPaths: Bool

    /// What `--model` means: a baseline by its name, else a model's folder, which is loaded; the model that ships where it is
    /// absent.
    ///
    /// - Throws: `FileError` when there is no such model, or it is not one that forecasts.
    init(_ common: CommonOptions, seasonLength: Int?, seed: UInt64?, sampleCount: Int?) throws(FileError) {
        if let baseline = common.model.flatMap(Baseline.init) {
            forecaster = baseline.forecaster(seasonLength: seasonLength)
            (predictionLength, givesQuantiles, drawsPaths) = (nil, true, false)
            return
        }
        let folder = try common.modelFolder(
            shippedName: ShippedModels.Name.forecaster.rawValue, shippedModels: ShippedModels.folder)
        let model = try Forecaster(folder, precision: common.precision)
        forecaster = SamplingForecaster(forecaster: model, seed: seed ?? 0, sampleCount: sampleCount)
        (predictionLength, givesQuantiles) = (model.predictionLength, model.givesQuantiles)
        drawsPaths = model.capabilities.contains(.samplePaths)
    }

    /// Refuses options about paths where none are drawn.
    ///
    /// - Throws: `ValidationError` (exit code 64) naming the option and the model.
    func checkPaths(seed: UInt64?, sampleCount: Int?) throws {
        guard !drawsPaths, let option = sampleCount != nil ? "--samples" : seed != nil ? "--seed" : nil else { return }
        throw ValidationError("\(option) is of models that draw paths; \(forecaster.name) does not.")
    }
}

extension CommonOptions {
    /// Prints the models that are found, and the baselines, as `--list-models` asks.
    func printForecasters() throws {
        try printModels(ofTypes: Forecaster.supportedModelTypes, shippedModels: ShippedModels.folder)
        for baseline in Baseline.allCases { try StandardOutput.write("\(baseline.rawValue)  (a baseline)\n") }
    }
}
