public import TesseraSeries
internal import TesseraTensor

extension Forecaster {
    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double]
    ) throws -> [Forecast] {
        try forecast(histories, horizon: horizon, quantileLevels: quantileLevels, seed: 0)
    }

    /// Continues each history by `horizon` steps; see `Forecasting`.
    ///
    /// - Parameters:
    ///   - seed: What sampled paths come from; models that make none need neither it nor what follows.
    ///   - sampleCount: How many paths of each series; as many as config.json says where nil.
    ///   - temperature: Above 1 the paths spread more and below it less; at 0 there is one, of the likeliest value each
    ///     time. config.json's where nil.
    /// - Throws: `SeriesError` when a history has no values or fewer than the model needs, or it gives no quantiles and is asked
    ///   for some; `CancellationError` when the task is cancelled.
    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double], seed: UInt64, sampleCount: Int? = nil,
        temperature: Float? = nil
    ) throws -> [Forecast] {
        try forecast(
            histories.map { ForecastInput($0) }, horizon: horizon, quantileLevels: quantileLevels, seed: seed,
            sampleCount: sampleCount, temperature: temperature
        ).map { $0[0] }
    }

    /// Continues the targets of each input by `horizon` steps, with what else is known of them.
    ///
    /// - Returns: For each input a forecast for each of its targets, in their order.
    /// - Throws: `SeriesError` as above, and when an input holds what the model does not read, or covariates that are too long
    ///   or too short; `CancellationError` when the task is cancelled.
    public func forecast(
        _ inputs: [ForecastInput], horizon: Int, quantileLevels: [Double] = [], seed: UInt64 = 0,
        sampleCount: Int? = nil, temperature: Float? = nil
    ) throws -> [[Forecast]] {
        Forecast.check(quantileLevels)
        precondition(horizon >= 0, "a horizon is no negative number")
        precondition(sampleCount ?? 1 > 0, "at least one path is needed")
        precondition((0..<Float.infinity).contains(temperature ?? 0), "a temperature is no negative number")
        guard quantileLevels.isEmpty || givesQuantiles else {
            throw SeriesError("\(name) gives one value a step and no quantiles", series: nil)
        }
        let parts = try parts(of: inputs, horizon: horizon)
        let predictions = try threads.run {
            try Cancellation.endingEarly {
                try self.predictions(parts.map(\.context), horizon, quantileLevels) { series in
                    PathSampling(seed: seed, series: series, pathCount: sampleCount, temperature: temperature)
                }
            }
        }
        var forecasts = inputs.map { _ in [Forecast]() }
        for (part, predictions) in zip(parts, predictions) {
            for (target, prediction) in zip(inputs[part.input].targets[part.targets], predictions) {
                forecasts[part.input].append(
                    try Forecast(
                        continuing: target, mean: prediction.mean, quantileLevels: quantileLevels,
                        quantiles: prediction.quantiles, samplePaths: prediction.samplePaths))
            }
        }
        return forecasts
    }

    /// What passes the model as one: an input with all its targets, or, of a model of one column at a time, one target.
    private struct Part {
        let input: Int
        let targets: Range<Int>
        let context: SeriesContext
    }

    private func parts(of inputs: [ForecastInput], horizon: Int) throws -> [Part] {
        var parts: [Part] = []
        parts.reserveCapacity(inputs.count)
        for (index, input) in inputs.enumerated() {
            try Task.checkCancellation()
            try check(input, horizon: horizon)
            let all = input.targets.indices
            for targets in capabilities.contains(.jointTargets) ? [all] : all.map({ $0..<$0 + 1 }) {
                let context = try context(of: input, targets, horizon: horizon)
                parts.append(Part(input: index, targets: targets, context: context))
            }
        }
        return parts
    }

    /// The last values of an input's targets, as many as the model reads, with what else is known of these times.
    private func context(
        of input: ForecastInput, _ targets: Range<Int>, horizon: Int
    ) throws(SeriesError) -> SeriesContext {
        var values: [ArraySlice<Double>] = []
        for target in input.targets[targets] { values.append(try lastValues(of: target)) }
        let count = values[0].count
        return SeriesContext(
            targets: values, pastCovariates: input.pastCovariates.map { $0.values.suffix(count) },
            futureCovariates: input.futureCovariates.map { $0.values.suffix(count + horizon) },
            categories: input.categories, frequency: input.targets[0].times.frequency)
    }

    /// The last values of a history, as many as the model reads.
    private func lastValues(of history: History) throws(SeriesError) -> ArraySlice<Double> {
        _ = try history.lastObserved()
        guard history.count >= model.shortestContext else {
            let missing = model.shortestContext - history.count
            throw SeriesError(
                "has \(history.count) values, and \(name) reads \(model.shortestContext): \(missing) more are needed",
                series: history.name)
        }
        let context = history.values.suffix(model.contextLength)
        guard context.contains(where: { !$0.isNaN }) else {
            throw SeriesError(
                "the last \(context.count) values, which \(name) reads, are all missing", series: history.name)
        }
        return context
    }

    /// How many values pass the model together: it bounds the memory, and more make it no faster.
    private static let valuesAtOnce = 1 << 14
    /// How many of those of several callers: who is taken along waits for all of them.
    private static let gatheredValues = 1 << 13

    /// What series have in common that pass the model together.
    struct BatchKind: Equatable, Sendable {
        let length, horizon: Int
        let quantileLevels: [Double]
    }

    /// What the model expects of each context. Series of one length pass it together, so that none is filled up.
    ///
    /// - Parameter sampling: where the paths of the contexts with these numbers come from.
    private func predictions(
        _ contexts: [SeriesContext], _ horizon: Int, _ quantileLevels: [Double], sampling: ([Int]) -> PathSampling
    ) throws -> [[Prediction]] {
        guard horizon > 0 else { return contexts.map { $0.targets.map { _ in Prediction(mean: []) } } }
        let lengths = contexts.map { $0.targets[0].count }
        let order = contexts.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        var results = [[Prediction]?](repeating: nil, count: contexts.count)
        var start = 0
        while start < order.count {
            try Task.checkCancellation()
            let length = lengths[order[start]]
            let room = max(1, Forecaster.valuesAtOnce / length)
            let batch = Array(order[start...].prefix(room).prefix { lengths[$0] == length })
            let kind = BatchKind(length: length, horizon: horizon, quantileLevels: quantileLevels)
            let predictions = predictions(batch.map { contexts[$0] }, kind, sampling(batch))
            for (index, prediction) in zip(batch, predictions) { results[index] = prediction }
            start += batch.count
        }
        return results.map { result in
            guard let result else { preconditionFailure("a model continues every context") }
            return result
        }
    }

    private func predictions(
        _ contexts: [SeriesContext], _ kind: BatchKind, _ sampling: PathSampling
    ) -> [[Prediction]] {
        func work(_ contexts: [SeriesContext]) -> [[Prediction]] {
            BatchSizes.tell(contexts.count, of: "series")
            return model.predictions(
                contexts, horizon: kind.horizon, quantileLevels: kind.quantileLevels, sampling: sampling)
        }
        // Of a path each step is a turn of its own, and its numbers are those of its place in the call.
        guard !capabilities.contains(.samplePaths) else { return work(contexts) }
        let (size, limit) = (contexts.count * kind.length, Forecaster.gatheredValues)
        return gathering.takeTurn(contexts, kind, size: size, limit: limit) { parts in
            var rest = work(parts.flatMap(\.self))[...]
            return parts.map { part in
                defer { rest = rest.dropFirst(part.count) }
                return Array(rest.prefix(part.count))
            }
        }
    }
}
