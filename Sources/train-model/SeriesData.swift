import TesseraFiles
import TesseraForecasting
import TesseraSeries
import TesseraTraining

/// What a model reads and forecasts, in values.
struct WindowShape {
    let contextLength: Int
    /// Fewer it does not read.
    let shortestContext: Int
    let horizon: Int

    init(_ model: some SeriesModel) {
        (contextLength, shortestContext) = (model.contextLength, model.shortestContext)
        horizon = model.predictionLength
    }
}

/// What a forecaster learns from and validates with: windows of series, which are split by time, and made-up ones.
struct SeriesData {
    private(set) var training = MixedWindows([])
    private(set) var validation: MixedWindows?
    /// The tables that are learned from, and those that only validate, where there are such.
    let tables, others: SeriesTables?
    private typealias Windows = TrainingData<SeriesBatch>
    private let options: SeriesOptions
    private let shape: WindowShape

    /// Fewer values show too little of how a series moves.
    private static let usefulContext = 16
    /// The made-up windows that validate where no series do: at most so many, the same ones in every training.
    private static let validating = (count: 4_096, seed: UInt64.max)

    /// Reads all tables.
    ///
    /// - Parameter seed: Of the made-up windows to learn from.
    /// - Throws: `FileError` when a table cannot be read, or no series is long enough.
    init(_ options: SeriesOptions, _ shape: WindowShape, seed: UInt64) throws {
        (self.options, self.shape) = (options, shape)
        tables = options.data.isEmpty ? nil : try SeriesTables(options.data, options.table.fileOptions)
        others =
            options.validationData.isEmpty
            ? nil : try SeriesTables(options.validationData, options.table.fileOptions)

        let learned: (any Windows)? = try tables.map { tables in
            try windows(
                of: tables, part: known, standardizedBy: known,
                orElse:
                    "no series is long enough: a window has \(shortest) values and \(shape.horizon) more to learn")
        }
        let madeUp: (any Windows)? = options.synthetic.map { madeUpWindows(count: $0, seed: seed) }
        training = MixedWindows([learned, madeUp].compactMap(\.self))

        let kept: (any Windows)? =
            if let others {
                try windows(
                    of: others, part: { 0..<$0 }, standardizedBy: { 0..<$0 },
                    orElse: "no series is long enough: a window has \(shortest) values and \(shape.horizon) more")
            } else if let tables {
                fraction == 0
                    ? nil
                    : try windows(
                        of: tables, part: unknown, standardizedBy: known,
                        orElse: """
                            the part kept for validation holds the \(shape.horizon) steps of a forecast in no series; \
                            --validation-fraction sets it, 0 for none
                            """)
            } else {
                madeUpWindows(
                    count: min(training.sampleCount, SeriesData.validating.count), seed: SeriesData.validating.seed)
            }
        validation = kept.map { MixedWindows([$0]) }
    }

    /// The series that a finished model is measured with, and from where on; nil where none validate.
    var backtest: (series: [Series], origins: RollingOrigins)? {
        guard let series = (others ?? tables)?.series, others != nil || fraction > 0 else { return nil }
        let origins = RollingOrigins(horizon: shape.horizon, others != nil ? .from(shortest) : .last(fraction))
        let long = series.filter { series in
            (try? origins.origins(count: series.count))?.first.map { $0 >= shape.shortestContext } ?? false
        }
        return (long, origins)
    }

    /// Windows begin where there is this much to see.
    private var shortest: Int { max(shape.shortestContext, min(shape.contextLength, SeriesData.usefulContext)) }

    /// Of each series that is learned from, how much is kept for validation.
    var fraction: Double { others == nil ? options.validationFraction ?? 0.2 : 0 }

    /// The rows of a series that are learned from, and those that validate.
    private func known(_ count: Int) -> Range<Int> { 0..<RollingOrigins.start(ofLast: fraction, count: count) }
    private func unknown(_ count: Int) -> Range<Int> { known(count).upperBound..<count }

    private func madeUpWindows(count: Int, seed: UInt64) -> SyntheticWindows {
        SyntheticWindows(
            sampleCount: count, contextLength: shape.contextLength, predictionLength: shape.horizon, seed: seed)
    }

    private func windows(
        of tables: SeriesTables, part: (Int) -> Range<Int>, standardizedBy reference: @escaping (Int) -> Range<Int>,
        orElse cause: String
    ) throws(FileError) -> SeriesWindows {
        let windows = SeriesWindows(
            tables.histories, contextLength: shape.contextLength, horizon: shape.horizon, shortestContext: shortest,
            stride: options.stride, targets: part, standardizedBy: options.standardize ? reference : nil)
        guard windows.sampleCount > 0 else { throw FileError(.badData, path: tables.path, cause: cause) }
        return windows
    }
}
