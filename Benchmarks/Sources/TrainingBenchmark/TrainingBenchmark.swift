import ArgumentParser
import BenchmarkSupport
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TesseraVision

/// Times training steps of a vision Transformer on random pictures: what a step costs when data costs nothing.
@main
struct TrainingBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times training steps of a vision Transformer on random pictures.")

    @Argument(help: "A config.json with the model's sizes.")
    var config: String

    @Option(help: "Pictures a step.")
    var batchSize = 128

    @Option(help: "Pictures that pass the model together on each core.")
    var microBatchSize = 8

    @Option(help: "Steps that are timed, after two that are not.")
    var steps = 7

    @Option(help: "f32 or bf16.")
    var precision = "f32"

    @Option(parsing: .upToNextOption, help: "Layers that stay as they are: patchEmbedding, encoder.blocks.0, ….")
    var freeze: [String] = []

    @Option(help: "Threads (default: the cores there are).")
    var threads: Int?

    func run() throws {
        try (threads.map(Threads.init(count:)) ?? .all).run { try measure() }
    }

    private func measure() throws {
        guard let precision = Precision(rawValue: precision) else { throw ValidationError("--precision f32|bf16") }
        let folder = try ClassifierFolder(config: config, labels: (0..<10).map { "label \($0)" })
        var settings = TrainingSettings()
        settings.epochs = steps + 2
        settings.batchSize = batchSize
        settings.microBatchSize = microBatchSize
        settings.precision = precision
        settings.frozen = freeze
        var trainer = try Trainer(
            ImageClassification(), model: try folder.initialModel(seed: 0),
            data: RandomImages(configuration: folder.configuration, sampleCount: batchSize), settings: settings)
        let clock = ContinuousClock()
        var times: [Duration] = []
        var last = clock.now
        _ = try trainer.run(shouldStop: {
            let now = clock.now
            times.append(last.duration(to: now))
            last = now
            return false
        })
        times.append(last.duration(to: clock.now))
        let milliseconds = times.dropFirst(2).map { $0 / .milliseconds(1) }.sorted()
        let median = milliseconds[milliseconds.count / 2]
        print(
            "\(precision.rawValue), \(Threads.current.count) threads, batch \(batchSize):",
            "median \(rounded(median)) ms a step,")
        print("least \(rounded(milliseconds[0])), most \(rounded(milliseconds[milliseconds.count - 1]))")
        if let peak = peakMemory() { print("peak memory \(rounded(peak)) MB") }
    }

    private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

/// One batch of noise, the same each time.
struct RandomImages: TrainingData {
    let sampleCount: Int
    private let fixed: ImageBatch

    init(configuration: VisionConfiguration, sampleCount: Int) {
        self.sampleCount = sampleCount
        var random = RandomGenerator(seed: 1)
        let shape = [sampleCount, configuration.channelCount, configuration.imageHeight, configuration.imageWidth]
        let classes = configuration.labels.count
        var targets = Tensor(shape: [sampleCount, classes], repeating: 0)
        for row in 0..<sampleCount { targets[row, row % classes] = 1 }
        fixed = ImageBatch(
            pixels: Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in random.nextNormal() }), targets: targets)
    }

    func batch(_ samples: [Int], epoch: Int) -> ImageBatch { fixed }
}
