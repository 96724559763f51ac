import ArgumentParser
import BenchmarkSupport
import Foundation
import TesseraForecasting
import TesseraSeries
import TesseraTensor

@main
struct ZeroShotBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zero-shot-benchmark",
        abstract: "Tells how well a forecaster does on series that it never saw, beside seasonal naive.",
        discussion: """
            Prints a table a file, and geometric means over the files, as the Chronos papers have them.

              zero-shot-benchmark forecaster load.csv sales.csv
            """)

    @Argument(help: "A folder in the hub's layout.") var model: String
    @Argument(help: "CSV files.") var files: [String]
    @Option(help: "Windows of each column, the last of which ends with it; fewer where half of it is shorter.")
    var windows = 20
    @Option(help: "Steps to forecast (default: a day of hours, a month of days, a quarter of weeks, a year of months).")
    var horizon: Int?
    @Option(help: "f32, bf16 or int8.", transform: named) var precision = Precision.float32

    func run() throws {
        let forecaster = try Forecaster(folder: model, precision: precision)
        var logarithms = [Double](repeating: 0, count: 3)
        var coverage = 0.0
        for file in files {
            let series = try SeriesFile(file).series
            let horizon = horizon ?? usualHorizon(series[0].times.frequency)
            let fitting = max(1, (series.map(\.count).min() ?? 0) / 2 / horizon)
            let backtest = Backtest(RollingOrigins(horizon: horizon, .windows(min(windows, fitting))))
            let start = Date.now
            let report = try backtest.report([forecaster, Naive(), Theta()], on: series)
            print("\(file): \(formatted(Date.now.timeIntervalSince(start), 1)) s")
            print(report, terminator: "\n\n")
            let row = report.rows.firstIndex { $0.name == forecaster.name } ?? 0
            let (scaled, loss) = report.relative[row]
            logarithms[0] += log(scaled)
            logarithms[1] += log(loss)
            coverage += report.rows[row].accuracy.coverages[0].observed
        }
        let count = Double(files.count)
        print(
            """
            \(forecaster.name) relative to seasonal naive, geometric means over \(files.count) files: \
            MASE \(formatted(exp(logarithms[0] / count), 3)), \
            WQL \(formatted(exp(logarithms[1] / count), 3)); \
            in the 80 % interval \(formatted(coverage / count * 100, 1)) %
            """)
    }

    private func usualHorizon(_ frequency: Frequency) -> Int {
        switch frequency.unit {
        case .month: 12
        case .week: 13
        case .day, .businessDay: 30
        default: 24
        }
    }

    private func formatted(_ number: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", number)
    }
}
