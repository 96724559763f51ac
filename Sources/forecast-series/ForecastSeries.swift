public import ArgumentParser
import TesseraCommands
import TesseraFiles
public import TesseraForecasting
import TesseraSeries
import TesseraSeriesCommands

extension ForecastFormat: ExpressibleByArgument {}

/// Continues series: parses the arguments, lets a forecaster continue many at once, prints and draws.
@main
struct ForecastSeries: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast-series",
        abstract:
            "Continues time series with a Transformer (Chronos, PatchTST, TinyTimeMixer), or measures how well it would have done so.",
        discussion: """
            The table is CSV with a header row, a column of times and columns of numbers; empty cells and NaN are missing \
            values. What is printed has the columns id, time, mean and one for each quantile.

            --model also takes the baselines naive, seasonal-naive, drift and theta.

            Examples:
              forecast-series rentals.csv
              forecast-series --horizon 48 --quantiles 0.05,0.5,0.95 --format json load.csv
              forecast-series sales.csv --id shop --target units --plot sales.svg > forecast.csv
              forecast-series --minimum 0 --maximum 100 occupancy.csv
              forecast-series --backtest 20 --horizon 24 rentals.csv
              curl -s https://example.org/load.csv | forecast-series --model seasonal-naive -
              forecast-series --manifest shops.jsonl --shard 2/16 --output forecasts-2.jsonl

            Exit codes: 0 done, 1 some series could not be forecast and the others are done, 64 usage, 65 damaged or \
            unsupported contents, 66 missing or unreadable input, 73 cannot create an output, 74 reading or writing failed.
            """,
        version: tesseraVersion)

    @Argument(help: ArgumentHelp("A CSV file, or '-' for standard input.", valueName: "series.csv"))
    var file: String?

    @OptionGroup(title: "Table") var table: TableOptions

    @Option(
        help: ArgumentHelp(
            "How many steps to forecast (default: as many as the model gives at once; of a baseline a season, at least 12).",
            valueName: "n"))
    var horizon: Int?

    @Option(
        help: ArgumentHelp(
            "Levels of quantiles, each above 0 and below 1, in their order (default: 0.1,0.5,0.9; of a backtest 0.1 to 0.9).",
            valueName: "levels"))
    var quantiles: QuantileLevels?

    @Option(help: "csv or json (default: csv; of a backtest a table to read).")
    var format: ForecastFormat?

    @Option(help: ArgumentHelp("Draw history and forecast.", valueName: "out.png|out.svg"))
    var plot: String?

    @Option(
        help: ArgumentHelp(
            "Instead of a forecast, print the errors of the forecasts of so many last windows, beside the baselines'.",
            valueName: "windows"))
    var backtest: Int?

    @Option(
        help: ArgumentHelp(
            "How many steps a season has, for baselines and scaled errors (default: as the frequency tells).",
            valueName: "n"))
    var seasonLength: Int?

    @Option(
        help: ArgumentHelp(
            "How many paths models that draw some (Chronos-T5) draw of each series (default: as their configuration says).",
            valueName: "n"))
    var samples: Int?

    @Option(help: "What the random numbers of such paths come from (default: 0).")
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The least value that can be: no forecast is below it (default: 0 for counts, which are whole numbers and never below zero; -inf for none).",
            valueName: "x"))
    var minimum: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The largest value that can be: no forecast is above it.", valueName: "x"))
    var maximum: Double?

    @OptionGroup(title: "Many tables, on many machines") var items: ItemOptions

    @OptionGroup var common: CommonOptions

    /// How many series are forecast at once.
    static let batchSize = 512

    static func main() { launch() }

    func validate() throws {
        try require("--horizon", horizon, in: 1...100_000)
        try require("--backtest", backtest, in: 1...1_000_000)
        try require("--samples", samples, in: 1...10_000)
        try require("--season-length", seasonLength, in: 1...1_000_000)
        try quantiles?.check()
        try checkBounds()
        if let plot { _ = try ForecastPlot.format(of: plot) }
        guard file != "" else { throw ValidationError("The name of an input must not be empty.") }
    }

    var runOptions: RunOptions { common.run }

    private func checkBounds() throws {
        for (option, value) in [("--minimum", minimum), ("--maximum", maximum)] where value?.isNaN == true {
            throw ValidationError("\(option) must be a number.")
        }
        if let minimum, let maximum, minimum > maximum {
            throw ValidationError("--minimum must not be above --maximum.")
        }
    }

    var bounds: ForecastBounds { ForecastBounds(minimum: minimum, maximum: maximum) }

    func run() throws {
        if common.listModels { return try common.printForecasters() }
        if items.manifest != nil { return try forecastItems([file].compactMap(\.self)) }
        var table = table
        // `--target OT HUFL etth1.csv`: the option takes all names, the last of which can only be the file's.
        guard let path = file ?? (table.target.count > 1 ? table.target.popLast() : nil) else {
            // Not in validate(), which would hide that an option is unknown.
            throw ValidationError("No series is named.")
        }
        if items.areGiven { return try naming(path, table).forecastItems([path]) }
        try common.run.begin(reading: [path], writing: [plot].compactMap(\.self))
        let source =
            try path == "-"
            ? SeriesFile(InputFile.standardInput(), options: table.fileOptions)
            : SeriesFile(path, options: table.fileOptions)
        let choice = try checkedChoice()
        warn(of: source)
        let horizon = horizon(for: source.series, choice)
        if let backtest { try report(backtest, horizon: horizon, choice, on: source) }
        if backtest == nil || plot != nil { try forecast(source, horizon: horizon, with: choice) }
    }

    /// The command with the table's options and the file told apart.
    private func naming(_ path: String, _ table: TableOptions) -> ForecastSeries {
        var command = self
        (command.file, command.table) = (path, table)
        return command
    }

    /// What continues series, once it is sure that it can do what is asked.
    func checkedChoice() throws -> ForecasterChoice {
        let choice = try ForecasterChoice(common, seasonLength: seasonLength, seed: seed, sampleCount: samples)
        try choice.checkPaths(seed: seed, sampleCount: samples)
        guard choice.givesQuantiles || quantiles == nil else {
            throw ValidationError("--quantiles needs a model that gives some; \(choice.forecaster.name) does not.")
        }
        return choice
    }

    /// How many steps are forecast of series that stand in one table.
    func horizon(for series: [Series], _ choice: ForecasterChoice) -> Int {
        let season = series.map { seasonLength ?? $0.times.frequency.seasonLength }.max() ?? 1
        return horizon ?? choice.predictionLength ?? max(12, season)
    }

    /// The levels of the quantiles of a forecast.
    func levels(_ choice: ForecasterChoice) -> [Double] {
        choice.givesQuantiles ? quantiles?.levels ?? [0.1, 0.5, 0.9] : []
    }

    /// Many gaps are not worth a line each.
    func warn(of source: SeriesFile) {
        let shown = 10
        for warning in source.warnings.prefix(shown) { common.run.warn("\(source.path): \(warning)") }
        let rest = source.warnings.count - shown
        if rest > 0 { common.run.warn("\(source.path): \(rest) more such warnings") }
    }

    private func report(
        _ windows: Int, horizon: Int, _ choice: ForecasterChoice, on source: SeriesFile
    ) throws {
        let levels = choice.givesQuantiles ? quantiles?.levels ?? (1...9).map { Double($0) / 10 } : []
        let backtest = Backtest(
            RollingOrigins(horizon: horizon, .windows(windows)), quantileLevels: levels, seasonLength: seasonLength,
            bounds: bounds)
        let baselines = Baseline.allCases.map { $0.forecaster(seasonLength: seasonLength) }
        let forecasters = [choice.forecaster] + baselines.filter { $0.name != choice.forecaster.name }
        do {
            let report = try backtest.report(forecasters, on: source.series)
            if report.emptyWindowCount > 0 {
                let counts = "\(report.emptyWindowCount) of \(report.windowCount) windows"
                common.run.warn("\(source.path): \(counts) of the backtest do not count: their values are missing")
            }
            try StandardOutput.write(format.map(report.text) ?? report.description + "\n")
        } catch let error as SeriesError {
            throw FileError(error, in: source.path)
        }
    }

    /// Forecasts many series at once, prints what comes, and draws in the end.
    private func forecast(_ source: SeriesFile, horizon: Int, with choice: ForecasterChoice) throws {
        let levels = levels(choice)
        let forecaster = choice.forecaster
        let histories = source.series.flatMap(\.histories)
        let progress = ProgressBar(total: histories.count, isQuiet: common.run.quiet)
        defer { progress.finish() }
        var writer = ForecastWriter(format ?? .csv, quantileLevels: levels)
        var drawing = try plot.map { path in
            try ForecastPlot(
                to: path, title: "\(splitPath(source.path).name), \(forecaster.name)", seriesCount: histories.count)
        }
        var failures: [FileError] = []
        for start in stride(from: 0, to: histories.count, by: Self.batchSize) {
            let end = min(start + Self.batchSize, histories.count)
            let batch = histories[start..<end]
            var forecasts: [Forecast] = []
            for (history, result) in zip(batch, try forecaster.results(Array(batch), horizon: horizon, levels, bounds))
            {
                switch result {
                case .success(let forecast):
                    forecasts.append(forecast)
                    drawing?.add(history, forecast)
                case .failure(let error):
                    failures.append(FileError(error, in: source.path))
                    StandardError.report(failures[failures.count - 1])
                }
            }
            // Before anything is printed: whoever reads it may have enough soon.
            if let warning = try drawing?.writeOnce(isLast: end == histories.count) { common.run.warn(warning) }
            if backtest == nil { try StandardOutput.write(writer.text(for: forecasts)) }
            progress.advance(by: batch.count)
        }
        progress.finish()
        if backtest == nil { try StandardOutput.write(writer.finish()) }
        if !failures.isEmpty { throw ExitCode(inputCount: histories.count, failures: failures) }
    }
}

extension Forecasting {
    /// Continues many at once within bounds, or, should one of them be refused, each for itself. A forecast that is no number without
    /// them is refused.
    func results(
        _ histories: [History], horizon: Int, _ levels: [Double], _ bounds: ForecastBounds
    ) throws -> [Result<Forecast, SeriesError>] {
        do {
            let forecasts = try forecast(histories, horizon: horizon, quantileLevels: levels)
            return zip(histories, forecasts).map { history, forecast in
                let isFinite = (forecast.mean + forecast.quantiles.joined()).allSatisfy(\.isFinite)
                guard !isFinite else { return .success(forecast.clipped(to: bounds.range(of: history))) }
                return .failure(SeriesError("the forecast is beyond the range of numbers", series: forecast.name))
            }
        } catch let error as SeriesError {
            guard histories.count > 1 else { return [.failure(error)] }
            return try histories.flatMap { try results([$0], horizon: horizon, levels, bounds) }
        }
    }
}

extension FileError {
    init(_ error: SeriesError, in path: String) {
        self.init(.badData, path: path, cause: error.cause, place: error.series)
    }
}
