import ArgumentParser
import BenchmarkSupport
import TesseraAudio
import TesseraForecasting
import TesseraImage
import TesseraModels
import TesseraSeries
import TesseraSpeech
import TesseraTensor
import TesseraVision

@main
struct SharingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sharing-benchmark",
        abstract: "How much one loaded model does for many tasks at once.",
        discussion: """
            Of each model that ships: how many pictures, series and recordings a second one caller gets through, one at a time and in \
            batches; and tasks of one each, that begin together.

              sharing-benchmark --recording Samples/recordings/two-phrases.flac
            """)

    @Option(parsing: .upToNextOption, help: "pictures, series or recordings, or several of them.")
    var what = ["pictures", "series", "recordings"]
    @Option(help: "What is transcribed.") var recording = "Samples/recordings/two-phrases.flac"
    @Option(help: "Tasks at once.") var tasks = 64
    @Option(help: "Timed runs a figure.") var runs = 7
    @Option(help: "f32, bf16 or int8.", transform: named) var precision = Precision.float32

    func run() async throws {
        let classifier = try ImageClassifier(folder: try folder(.vitCIFAR10), precision: precision)
        let picture = RGBImage(width: 32, height: 32, pixels: (0..<32 * 32 * 3).map { UInt8($0 * 7 % 256) })
        try await compare("pictures", batches: [8, 16, 32, 64]) { count in
            _ = try classifier.classify([RGBImage](repeating: picture, count: count))
        }
        let forecaster = try Forecaster(folder: try folder(.forecaster), precision: precision)
        let values = (0..<512).map { Double($0 % 24) + Double($0 * 37 % 11) }
        guard let start = Timestamp("2020-01-01 00:00") else { return }
        let series = try Series(values, from: start, every: Frequency(.hour))
        try await compare("series", batches: [8, 16, 32, 64]) { count in
            let histories = [History](repeating: series.histories[0], count: count)
            _ = try forecaster.forecast(histories, horizon: 24, quantileLevels: [0.1, 0.5, 0.9])
        }
        let transcriber = try Transcriber(folder: try folder(.speechDigits), precision: precision)
        let sound = try AudioFile(recording)
        try await compare("recordings", batches: []) { count in
            for _ in 0..<count { _ = try transcriber.transcribe(sound) }
        }
    }

    private func folder(_ name: ShippedModels.Name) throws -> String {
        guard let folder = ShippedModels.folder(of: name) else { throw ValidationError("there is no \(name.rawValue)") }
        return folder
    }

    /// One way to get through `count` inputs.
    private struct Way {
        let name: String
        let count: Int
        let run: @Sendable () async throws -> Void
        /// How many inputs a second, round by round.
        var rates: [Double] = []

        init(_ name: String, _ count: Int, _ run: @escaping @Sendable () async throws -> Void) {
            (self.name, self.count, self.run) = (name, count, run)
        }
    }

    /// Prints how many a second there are, and the share of the best batch that tasks reach. The ways take turns, as neighbours on
    /// the machine would else decide.
    private func compare(
        _ what: String, batches: [Int], _ work: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        guard self.what.contains(what) else { return }
        let tasks = tasks
        let callers =
            [Way("one at a time", tasks) { for _ in 0..<tasks { try work(1) } }]
            + batches.map { batch in Way("batch \(batch)", batch) { try work(batch) } }
        var ways =
            callers + [
                Way("\(tasks) tasks", tasks) {
                    try await together(tasks) { try await LongComputation.run { try work(1) } }
                },
                Way("\(tasks) tasks on Swift's threads", tasks) { try await together(tasks) { try work(1) } },
            ]
        for round in 0...runs {
            for index in ways.indices {
                let time = try await ContinuousClock().measure(ways[index].run)
                if round > 0 { ways[index].rates.append(Double(ways[index].count) / (time / .seconds(1))) }
            }
        }
        for way in ways { report(what, way.name, median(way.rates), "a second") }
        guard let best = ways[..<callers.count].max(by: { median($0.rates) < median($1.rates) }) else { return }
        for way in ways[callers.count...] {
            report(what, "\(way.name) to \(best.name)", median(zip(way.rates, best.rates).map { $0 / $1 }), "×")
        }
    }
}

private func together(_ tasks: Int, _ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<tasks { group.addTask { try await body() } }
        try await group.waitForAll()
    }
}
