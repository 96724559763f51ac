package import TesseraLayers
package import TesseraTransformer

extension ChronosT5: UnivariateSeriesModel {
    package var capabilities: Set<Forecaster.Capability> { [.quantiles, .samplePaths] }
    package var contextLength: Int { configuration.contextLength }
    package var shortestContext: Int { 1 }
    package var predictionLength: Int { configuration.predictionLength }

    /// How many paths pass the decoder together: it bounds the memory, and more make it no faster.
    private static let pathsAtOnce = 64

    /// The mean and the quantiles are those of the paths.
    package func predictions(
        _ contexts: [ArraySlice<Double>], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [Prediction] {
        var settings = configuration.sampling
        if let temperature = sampling.temperature { settings.temperature = temperature }
        // The likeliest path is the same however often it is drawn.
        let pathCount = settings.temperature == 0 ? 1 : sampling.pathCount ?? configuration.pathCount
        let seriesAtOnce = max(1, ChronosT5.pathsAtOnce / pathCount)
        return stride(from: 0, to: contexts.count, by: seriesAtOnce).flatMap { start in
            let group = start..<min(start + seriesAtOnce, contexts.count)
            return rolledForward(
                Array(contexts[group]), horizon: horizon, pathCount: pathCount, settings
            ) { series, path, step in
                RandomGenerator(
                    seed: sampling.seed, UInt64(sampling.series[start + series]), UInt64(path), UInt64(step))
            }
        }.map { paths in
            let steps = (0..<horizon).map { step in paths.map { $0[step] }.sorted() }
            return Prediction(
                mean: steps.map { step in step.reduce(0) { $0 + $1 / Double(step.count) } },
                quantiles: steps.map { step in quantileLevels.map { QuantileGrid.empirical($0, step) } },
                samplePaths: paths)
        }
    }

    /// Ways each series may go on, `[series][paths][horizon]`.
    ///
    /// Beyond the model's steps, the medians of the paths are taken for what happened, and what follows these
    /// continues the paths (`ChronosPipeline.predict`).
    ///
    /// - Parameter random: what a path is drawn with from a step on.
    package func rolledForward(
        _ contexts: [ArraySlice<Double>], horizon: Int, pathCount: Int, _ settings: Sampling.Settings,
        random: (_ series: Int, _ path: Int, _ step: Int) -> RandomGenerator
    ) -> [[[Double]]] {
        var contexts = contexts
        var paths = contexts.map { _ in [[Double]](repeating: [], count: pathCount) }
        for step in stride(from: 0, to: horizon, by: predictionLength) {
            let steps = min(predictionLength, horizon - step)
            let read = contexts.map { configuration.bins.context($0.suffix(contextLength)) }
            for first in stride(from: 0, to: pathCount, by: ChronosT5.pathsAtOnce) {
                let some = first..<min(first + ChronosT5.pathsAtOnce, pathCount)
                let tokens = continuations(
                    of: read, steps: steps, settings,
                    random: read.indices.flatMap { series in some.map { random(series, $0, step) } })
                for (row, tokens) in tokens.enumerated() {
                    let (series, path) = (row / some.count, first + row % some.count)
                    paths[series][path] += tokens.map {
                        configuration.bins.value(of: $0, scale: read[series].scale)
                    }
                }
            }
            for series in contexts.indices {
                // The lower one of two in the middle.
                contexts[series] += (step..<step + steps).map { step in
                    paths[series].map { $0[step] }.sorted()[(pathCount - 1) / 2]
                }
            }
        }
        return paths
    }
}
