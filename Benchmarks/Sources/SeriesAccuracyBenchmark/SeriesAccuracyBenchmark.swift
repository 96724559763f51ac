import ArgumentParser
import BenchmarkSupport
import TesseraForecasting
import TesseraSeries
import TesseraTensor

@main
struct SeriesAccuracyBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "series-accuracy-benchmark",
        abstract: "Tells the errors of a forecaster on the benchmark split of a series, as papers have them.",
        discussion: """
            Each column is standardised by the mean and the deviation of the training rows, and forecast for itself from every \
            row of the test on; no window is left out. The rows that are there unless said are those of ETTh1 and ETTh2: 12 \
            months of training, 4 of validation, 4 of test.

              series-accuracy-benchmark granite-ttm-r2 ETTh1.csv
              series-accuracy-benchmark granite-ttm-r2 ETTm1.csv --training 34560 --test 46080 --end 57600
            """)

    @Argument(help: "A folder in the hub's layout.") var model: String
    @Argument(help: "A CSV file of one series.") var series: String
    @Option(parsing: .upToNextOption, help: "The columns; all of numbers unless said.") var columns: [String] = []
    @Option(help: "How many rows from the first on are those of the training.") var training = 8_640
    @Option(help: "The row from which the test begins; its windows read the rows before it.") var test = 11_520
    @Option(help: "The row before which the test ends; the series ends there where it is shorter.") var end = 14_400
    @Option(help: "Steps to forecast; what the model gives at once unless said.") var horizon: Int?
    @Option(help: "f32, bf16 or int8.", transform: named) var precision = Precision.float32
    @Option(help: "Threads; as many as there are processors unless said.") var threads: Int?

    func validate() throws {
        guard 1 <= training, training <= test, test < end else {
            throw ValidationError("the training comes before the test, and the test before the end")
        }
        guard horizon ?? 1 >= 1, threads ?? 1 >= 1 else {
            throw ValidationError("there is at least one step, and one thread")
        }
    }

    func run() throws {
        try (threads.map(Threads.init(count:)) ?? .all).run { try measure() }
    }

    private func measure() throws {
        let forecaster = try Forecaster(folder: model, precision: precision)
        let part = try standardized()
        let origins = RollingOrigins(horizon: horizon ?? forecaster.predictionLength, stride: 1, .from(test))
        let backtest =
            forecaster.givesQuantiles ? Backtest(origins) : Backtest(origins, quantileLevels: [])
        var report: BacktestReport?
        let time = try milliseconds { report = try backtest.report([forecaster], on: [part]) }
        guard let report else { return }
        print(report)
        print("\(precision.rawValue), \(part.columns.count) columns, with seasonal naive \(Int(time / 100) * 100) ms")
    }

    /// The rows up to the end.
    private func standardized() throws -> Series {
        var options = SeriesFile.Options()
        options.valueColumns = columns.isEmpty ? nil : columns
        let whole = try SeriesFile(series, options: options).series[0]
        guard whole.count > test else {
            throw ValidationError("\(series) has \(whole.count) rows, and the test begins at \(test)")
        }
        let standardized = whole.columns.map { column in
            let scale = ContextScaling.standard(minimum: 0).scale(of: column.values[..<training])
            return Series.Column(column.name, column.values.prefix(end).map { ($0 - scale.location) / scale.scale })
        }
        return try Series(columns: standardized, from: whole.times[0], every: whole.times.frequency)
    }
}
