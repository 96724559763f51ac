internal import TesseraLayers
internal import TesseraTensor

extension ChronosBolt: UnivariateSeriesModel {
    package var capabilities: Set<Forecaster.Capability> { [.quantiles] }
    package var contextLength: Int { configuration.contextLength }
    package var shortestContext: Int { 1 }
    package var predictionLength: Int { configuration.predictionLength }

    /// The mean is the median, as the reference has it.
    package func predictions(
        _ contexts: [ArraySlice<Double>], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [Prediction] {
        let grid = QuantileGrid(levels: configuration.quantileLevels)
        return rolledForward(contexts, horizon: horizon).map { steps in
            let sorted = steps.map { $0.sorted() }
            return Prediction(
                mean: sorted.map { grid.value(at: 0.5, $0) },
                quantiles: sorted.map { step in quantileLevels.map { grid.value(at: $0, step) } })
        }
    }

    /// The quantiles of the model's own levels for each step of each series, `[batch][horizon][levels]`.
    ///
    /// Beyond the model's steps each quantile is taken for a way the series may go on, and the steps that follow each of them are
    /// forecast; the quantiles of all these together are those of the next steps (Chronos-Bolt's `predict`).
    package func rolledForward(_ contexts: [ArraySlice<Double>], horizon: Int) -> [[[Double]]] {
        let levels = configuration.quantileLevels
        var forecasts = quantiles(contexts)
        var steps = forecasts
        var ways: [[ArraySlice<Double>]] = contexts.map { Array(repeating: $0, count: levels.count) }
        while (steps.first?.count ?? horizon) < horizon {
            for (series, forecast) in forecasts.enumerated() {
                for level in levels.indices {
                    let continued = ways[series][level] + forecast.map { $0[level] }
                    ways[series][level] = continued.suffix(contextLength)
                }
            }
            let next = quantiles(ways.flatMap(\.self))
            forecasts = contexts.indices.map { series in
                let ofSeries = next[series * levels.count..<(series + 1) * levels.count]
                return (0..<predictionLength).map { step in
                    let all = ofSeries.flatMap { $0[step] }.sorted()
                    return levels.map { QuantileGrid.empirical($0, all) }
                }
            }
            for series in steps.indices { steps[series] += forecasts[series] }
        }
        return steps.map { Array($0.prefix(horizon)) }
    }

    /// What the model says of the next steps, in the units of the series: they may cross. `[batch][prediction length][levels]`
    package func quantiles(_ contexts: [ArraySlice<Double>]) -> [[[Double]]] {
        let windows = PatchedWindows(contexts, configuration)
        let (levels, steps) = (configuration.quantileLevels.count, predictionLength)
        return self(windows).withValues { values in
            windows.scales.enumerated().map { row, scale in
                (0..<steps).map { step in
                    (0..<levels).map { scale.restored(values[(row * levels + $0) * steps + step]) }
                }
            }
        }
    }
}
