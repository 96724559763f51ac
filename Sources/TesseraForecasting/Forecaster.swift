public import TesseraFiles
internal import TesseraModels
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
    /// With how many threads it computes.
    public let threads: Threads
    let model: any SeriesModel
    /// Series that many tasks want continued pass the model together.
    let gathering = Gathering<BatchKind, [SeriesContext], [[Prediction]]>()

    /// Loads config.json and the weights.
    ///
    /// - Parameters:
    ///   - folder: a folder in the hub's layout.
    ///   - precision: in which weights are held and multiplied.
    ///   - allowNonFinite: whether NaN and infinite weights are accepted.
    ///   - threads: with how many threads it computes.
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        folder: String, precision: Precision = .float32, allowNonFinite: Bool = false, threads: Threads = .current
    ) throws(FileError) {
        try self.init(ModelFolder(folder), precision: precision, allowNonFinite: allowNonFinite, threads: threads)
    }

    /// Loads the model of a folder that was found; its name is the folder's.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    public init(
        _ folder: ModelFolder, precision: Precision = .float32, allowNonFinite: Bool = false,
        threads: Threads = .current
    ) throws(FileError) {
        self.threads = threads
        let config = try folder.read("config.json")
        let checkpoint = try Checkpoint(folder, allowNonFinite: allowNonFinite)
        name = folder.name.split(separator: "/").last.map(String.init) ?? folder.name
        model = try threads.run { () throws(FileError) in
            try seriesFamilies.family(of: config).init(config, checkpoint, precision)
        }
    }

    /// A model that was made elsewhere.
    package init(name: String, model: any SeriesModel) {
        (self.name, self.model, threads) = (name, model, .current)
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
    /// What the model can do beyond expecting one value a step of one column.
    public var capabilities: Set<Capability> { model.capabilities }
    /// Whether it gives quantiles; a forecast with such a model takes no levels, else.
    public var givesQuantiles: Bool { capabilities.contains(.quantiles) }
}
