package import TesseraSeries
internal import TesseraTensor

extension TinyTimeMixer: SeriesModel {
    package var capabilities: Set<Forecaster.Capability> { [] }
    package var contextLength: Int { configuration.contextLength }
    /// As the reference does, the model fills up contexts that are shorter.
    package var shortestContext: Int { 1 }
    package var predictionLength: Int { configuration.predictionLength }

    /// Series of one frequency pass the model together, which is told it once.
    package func predictions(
        _ contexts: [SeriesContext], horizon: Int, quantileLevels: [Double], sampling: PathSampling
    ) -> [[Prediction]] {
        let tokens = contexts.flatMap { context in context.targets.map { _ in frequencyToken(of: context.frequency) } }
        let columns = contexts.columns
        var predictions = columns.map { _ in Prediction(mean: []) }
        for token in Set(tokens).sorted() {
            let rows = tokens.indices.filter { tokens[$0] == token }
            let means = reading(frequencyToken: token).means(rows.map { columns[$0] }, horizon: horizon)
            for (row, mean) in zip(rows, means) { predictions[row] = Prediction(mean: mean) }
        }
        return contexts.regrouped(predictions)
    }

    /// What is expected of each series.
    ///
    /// - Parameter contexts: as `UnivariateSeriesModel.predictions` takes them.
    /// - Returns: `[series, horizon]`
    package func means(_ contexts: [ArraySlice<Double>], horizon: Int) -> [[Double]] {
        rolledForward(contexts, by: horizon, contextLength: contextLength, step: nextMeans)
    }

    /// The next `predictionLength` values of each series, `[series, prediction length]`.
    private func nextMeans(_ contexts: [ArraySlice<Double>]) -> [[Double]] {
        let scales = contexts.map(configuration.scaling.scale)
        let steps = self(scaled(contexts, scales)).values
        return scales.enumerated().map { row, scale in
            steps[row * predictionLength..<(row + 1) * predictionLength].map(scale.restored)
        }
    }

    /// The contexts as the model reads them, `[series, context length]`: where a value is missing stands the one before it, and
    /// where there is none 0, which is what the reference's pipeline fills in.
    private func scaled(_ contexts: [ArraySlice<Double>], _ scales: [ContextScaling.Scale]) -> Tensor {
        var result = Tensor(shape: [contexts.count, contextLength], repeating: 0)
        result.withMutableValues { result in
            for (row, (context, scale)) in zip(contexts, scales).enumerated() {
                var last: Float = 0
                let start = (row + 1) * contextLength - context.count
                for (index, value) in context.enumerated() {
                    if !value.isNaN { last = scale.scaled(value) }
                    result[start + index] = last
                }
            }
        }
        return result
    }

    /// The token by which the model is told how far apart the values of a series lie; 0 for what it does not know.
    package func frequencyToken(of frequency: Frequency) -> Int {
        let token = TinyTimeMixer.token(of: frequency)
        return token < configuration.frequencyCount ? token : 0
    }

    /// The model as it forecasts series with that token.
    package func reading(frequencyToken: Int) -> TinyTimeMixer {
        var model = self
        model.frequencyToken = frequencyToken
        return model
    }

    /// What the reference's preprocessor makes of a frequency; 0 stands for those that it does not know.
    private static func token(of frequency: Frequency) -> Int {
        switch (frequency.count, frequency.unit) {
        case (1, .minute): 1
        case (2, .minute): 2
        case (5, .minute): 3
        case (10, .minute): 4
        case (15, .minute): 5
        case (30, .minute): 6
        case (1, .hour): 7
        case (1, .day): 8
        case (1, .week): 9
        default: 0
        }
    }
}
