import ArgumentParser
import TesseraCommands
import TesseraForecasting
import TesseraLayers

/// Trains a forecaster of series.
struct TrainSeries: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: "Trains a forecaster of series (Chronos-Bolt, PatchTST).",
        discussion: """
            Tables have a header row, a column of times and columns of values, each of which is a series; or, in long \
            format, a column that tells the series apart, named by --id. The last part of each series is kept for \
            validation: windows that validate reach back into what was learned from, for their context alone.

            Examples:
              train-model series --data sales.csv --from forecaster --output sales-forecaster --patience 3
              train-model series --data shops.csv --id shop --target sales --config config.json --output shops-forecaster
              train-model series --synthetic 100000 --config config.json --output new-forecaster
              forecast-series --model sales-forecaster sales.csv

            What a model forecasts at once, and how many values it reads, stands in its config.json. Errors in the series \
            that were kept are told in the end, beside those of forecasting the value one season before.

            A training that was stopped or killed goes on when the same command is given again. The output folder is a \
            model that forecast-series and chronos-forecasting load, the one so far where it was stopped; metrics.jsonl \
            in it has the loss of every step.
            """)

    @OptionGroup(title: "Series") var series: SeriesOptions

    @OptionGroup(title: "Model") var start: StartOptions

    @OptionGroup(title: "Training") var training: TrainingOptions

    var runOptions: RunOptions { training.run }

    func run() throws {
        let folder = try start.forecasterFolder()
        try train(try folder.family(), folder)
    }

    private func train<Family: SeriesModel & TrainableForecaster>(
        _ family: Family.Type, _ folder: ForecasterFolder
    ) throws {
        let shape = WindowShape(try Family.network(folder.config))
        guard series.synthetic == nil || shape.contextLength >= SyntheticWindows.shortestContext else {
            throw ValidationError(
                "--synthetic: made-up windows have \(SyntheticWindows.shortestContext) values or more, not \(shape.contextLength)."
            )
        }
        let data = try SeriesData(series, shape, seed: training.seed)
        let regularization = Regularization(dropout: Float(series.dropout), stochasticDepth: 0)
        try SeriesTask(Family.objective(regularization), data, series, folder, start).run(training)
    }
}
