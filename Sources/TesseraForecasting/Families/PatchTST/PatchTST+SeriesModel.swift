internal import TesseraTensor

extension PatchTST: UnivariateSeriesModel {
    package var capabilities: Set<Forecaster.Capability> { [] }
    package var contextLength: Int { configuration.contextLength }
    /// Its patches have places of their own: a context that is shorter has no meaning to the model.
    package var shortestContext: Int { configuration.contextLength }
    package var predictionLength: Int { configuration.predictionLength }

    package func predictions(
        _ contexts: [ArraySlice<Double>], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [Prediction] {
        rolledForward(contexts, by: horizon, contextLength: contextLength) { windows in
            let patches = ScaledPatches(windows, configuration)
            let forecasts = self(patches)
            return forecasts.withValues { values in
                patches.scales.enumerated().map { row, scale in
                    values[row * predictionLength..<(row + 1) * predictionLength].map { scale.restored($0) }
                }
            }
        }.map { Prediction(mean: $0) }
    }
}
