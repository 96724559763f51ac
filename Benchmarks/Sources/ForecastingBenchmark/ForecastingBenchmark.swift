import ArgumentParser
import BenchmarkSupport
import TesseraForecasting
import TesseraSeries
import TesseraTensor

@main
struct ForecastingBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecasting-benchmark",
        abstract: "Times a forecaster on this machine: loading, and random walks that pass it alone or together.",
        discussion: """
            Prints a line a figure: model, name, median.

              forecasting-benchmark chronos-bolt-tiny --precision f32 bf16
              forecasting-benchmark forecaster --batch 10000 --context 500 --runs 1
            """)

    @Argument(help: "A folder in the hub's layout.") var model: String
    @Option(parsing: .upToNextOption, help: "f32, bf16 or int8, or several of them.", transform: named)
    var precision = Precision.allCases
    @Option(parsing: .upToNextOption, help: "How many series there are in one call.") var batch = [1, 32]
    @Option(help: "How many values a series has.") var context = 512
    @Option(help: "How many steps are forecast; what the model gives at once unless said.") var horizon: Int?
    @Option(help: "Threads; as many as there are processors unless said.") var threads: Int?
    @Option(help: "Timed runs a figure.") var runs = 9

    func run() throws {
        try (threads.map(Threads.init(count:)) ?? .all).run { try measure() }
    }

    private func measure() throws {
        let name = model.split(separator: "/").last.map(String.init) ?? model
        for precision in precision {
            var loaded: Forecaster?
            let loading = try milliseconds { loaded = try Forecaster(folder: model, precision: precision) }
            guard let forecaster = loaded else { return }
            report(name, "\(precision.rawValue), load", loading)
            for count in batch {
                let histories = try walks(count)
                let levels = forecaster.givesQuantiles ? [0.1, 0.5, 0.9] : []
                let horizon = horizon ?? forecaster.predictionLength
                var failure: (any Error)?
                let time = medianMilliseconds(runs: runs) {
                    do {
                        _ = try forecaster.forecast(histories, horizon: horizon, quantileLevels: levels)
                    } catch { failure = error }
                }
                if let failure { throw failure }
                report(name, "\(precision.rawValue), context \(context), \(horizon) steps, batch \(count)", time)
            }
        }
        if let peak = peakMemory() { report(name, "peak memory", peak, "MB") }
    }

    private func walks(_ count: Int) throws -> [History] {
        var generator = SystemRandomNumberGenerator()
        guard let start = Timestamp("2020-01-01 00:00") else { return [] }
        return try (0..<count).flatMap { _ in
            var value = 0.0
            let values = (0..<context).map { _ in
                value += Double.random(in: -1...1, using: &generator)
                return value
            }
            return try Series(values, from: start, every: Frequency(.hour)).histories
        }
    }
}
