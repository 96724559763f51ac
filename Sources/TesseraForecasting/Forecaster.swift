public import TesseraFiles
internal import TesseraModels
public import TesseraSeries
public import TesseraTensor
internal import TesseraTransformer

/// Continues series with a checkpoint from a folder in the hub's layout, or with the model that ships.
///
/// ```swift
/// let series = try SeriesFile("sales.csv").series
/// for forecast in try Forecaster.shipped.forecast(series[0], horizon: 12) {
///     print(forecast.name, forecast.median)
/// }
/// ```
///
/// Loaded once, it is a value to be shared between tasks: nothing in it changes. Chronos-Bolt, Chronos-T5, PatchTST and
/// TinyTimeMixer are supported.
public struct Forecaster: Forecasting {
    public let name: String
    let model: any SeriesModel
    /// How many values pass the model together: it bounds the memory, and more make it no faster.
    private static let valuesAtOnce = 1 << 15

    /// Loads config.json and the weights.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false
    ) throws(FileError) {
        try self.init(ModelFolder(folder), precision: precision, allowNonFinite: allowNonFinite)
    }

    /// Loads the model of a folder that was found; its name is the folder's.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        _ folder: ModelFolder, precision: Precision = .float32, allowNonFinite: Bool = false
    ) throws(FileError) {
        let config = try folder.read("config.json")
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        name = folder.name.split(separator: "/").last.map(String.init) ?? folder.name
        model = try seriesFamilies.family(of: config).init(config, checkpoint, precision)
    }

    /// The model that ships: a Chronos-Bolt that was trained on synthetic series alone.
    ///
    /// - Throws: `FileError` when the program was moved away without it.
    public static var shipped: Forecaster {
        get throws(FileError) {
            let name = ShippedModels.Name.forecaster
            guard let folder = ShippedModels.folder(of: name) else {
                throw FileError(
                    .unreadable, path: name.rawValue, cause: "the model that ships is not beside this program")
            }
            return try Forecaster(folder: folder)
        }
    }

    /// The `model_type`s of config.json that are run.
    public static var supportedModelTypes: [String] { seriesFamilies.modelTypes }

    /// How many of a series' last values it reads.
    public var contextLength: Int { model.contextLength }
    /// How many steps it forecasts at once; what lies beyond is forecast from its own forecasts.
    public var predictionLength: Int { model.predictionLength }
    /// Whether it gives quantiles; a forecast with such a model takes no levels, else.
    public var givesQuantiles: Bool { model.givesQuantiles }

    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double]
    ) throws(SeriesError) -> [Forecast] {
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
    ///   for some.
    public func forecast(
        _ histories: [History], horizon: Int, quantileLevels: [Double], seed: UInt64, sampleCount: Int? = nil,
        temperature: Float? = nil
    ) throws(SeriesError) -> [Forecast] {
        Forecast.check(quantileLevels)
        precondition(horizon >= 0, "a horizon is no negative number")
        precondition(sampleCount ?? 1 > 0, "at least one path is needed")
        precondition((0..<Float.infinity).contains(temperature ?? 0), "a temperature is no negative number")
        guard quantileLevels.isEmpty || model.givesQuantiles else {
            throw SeriesError("\(name) gives one value a step and no quantiles", series: nil)
        }
        var contexts: [ArraySlice<Double>] = []
        contexts.reserveCapacity(histories.count)
        for history in histories { contexts.append(try context(of: history)) }
        guard horizon > 0 else {
            return try histories.map { history throws(SeriesError) in
                try Forecast(continuing: history, mean: [], quantileLevels: quantileLevels, quantiles: [])
            }
        }

        // Series of one length pass the model together, so that none is filled up, and of one frequency where it counts.
        let tokens = histories.map { model.frequencyToken(of: $0.times.frequency) }
        let order = contexts.indices.sorted {
            (contexts[$0].count, tokens[$0], $0) < (contexts[$1].count, tokens[$1], $1)
        }
        var forecasts = [Forecast?](repeating: nil, count: histories.count)
        var start = 0
        while start < order.count {
            let (length, token) = (contexts[order[start]].count, tokens[order[start]])
            let room = max(1, Forecaster.valuesAtOnce / length)
            let batch = order[start...].prefix(room).prefix { contexts[$0].count == length && tokens[$0] == token }
            let predictions = model.reading(frequencyToken: token).predictions(
                batch.map { contexts[$0] }, horizon: horizon, quantileLevels: quantileLevels,
                sampling: PathSampling(
                    seed: seed, series: Array(batch), pathCount: sampleCount, temperature: temperature))
            for (index, prediction) in zip(batch, predictions) {
                forecasts[index] = try Forecast(
                    continuing: histories[index], mean: prediction.mean, quantileLevels: quantileLevels,
                    quantiles: prediction.quantiles, samplePaths: prediction.samplePaths)
            }
            start += batch.count
        }
        return forecasts.compactMap(\.self)
    }

    /// The last values of a history, as many as the model reads.
    private func context(of history: History) throws(SeriesError) -> ArraySlice<Double> {
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
}
