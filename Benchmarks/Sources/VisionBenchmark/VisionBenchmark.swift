import ArgumentParser
import BenchmarkSupport
import TesseraFiles
import TesseraTensor
import TesseraVision

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@main
struct VisionBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vision-benchmark",
        abstract: "Times a vision Transformer on this machine: loading, the forward pass, peak memory.",
        discussion: """
            Prints a line a figure: model, name, median. Each precision runs in a process of its own, since the peak \
            of a process's memory never falls.

              vision-benchmark Models/vit-cifar10
              vision-benchmark vit-base --precision f32,bf16 --batch-size 1,8 --threads 2 --runs 20
              vision-benchmark vit-base --precision int8 --layers
            """)

    @Argument(help: "A folder in the hub's layout.") var model: String
    @Option(help: "f32, bf16, int8: one or several, separated by commas.") var precision = "f32,bf16,int8"
    @Option(help: "Pictures that pass the model together: one number or several, separated by commas.")
    var batchSize = "1"
    @Option(help: "Threads; as many as there are processors unless said.") var threads: Int?
    @Option(help: "Timed runs a figure.") var runs = 15
    @Flag(help: "Time the model's parts instead of the whole.") var layers = false

    mutating func validate() throws {
        guard runs > 0 else { throw ValidationError("--runs must be at least 1") }
        guard threads.map({ $0 > 0 }) ?? true else { throw ValidationError("--threads must be at least 1") }
        _ = (try precisions(), try batchSizes())
    }

    mutating func run() throws {
        try (threads.map(Threads.init(count:)) ?? .all).run { try measure() }
    }

    private mutating func measure() throws {
        let precisions = try precisions()
        guard precisions.count == 1 else { return try runEach(precisions) }
        var loaded: ImageClassifier?
        let loading = try milliseconds { loaded = try ImageClassifier(folder: model, precision: precisions[0]) }
        guard let transformer = loaded?.model else { return }
        if !layers { say("\(precisions[0].rawValue), load", loading) }
        for batch in try batchSizes() {
            let name = "\(precisions[0].rawValue), batch \(batch)"
            let pixels = noise(transformer.configuration, batch: batch)
            if layers {
                profile(transformer, pixels, name)
            } else {
                say(name, medianMilliseconds(runs: runs) { forward(transformer, pixels) })
                if let peak = peakMemory() { say("\(name), peak memory", peak, "MB") }
            }
        }
    }

    /// Prints the median time of each part and of all, and of the model's own forward beside them.
    private func profile(_ model: VisionTransformer, _ pixels: Tensor, _ name: String) {
        _ = LayerProfile(model, pixels)
        let profiles = (0..<runs).map { _ in LayerProfile(model, pixels).parts }
        let medians = profiles[0].indices.map { part in median(profiles.map { $0[part].milliseconds }) }
        for (part, time) in zip(profiles[0], medians) { say("\(name), \(part.name)", time) }
        say("\(name), all parts", medians.reduce(0, +))
        say("\(name), forward", medianMilliseconds(runs: runs) { forward(model, pixels) })
    }

    /// Runs the model, up to what describes pictures where it has no head.
    private func forward(_ model: VisionTransformer, _ pixels: Tensor) {
        _ = model.configuration.hasHead ? model(pixels) : model.features(of: pixels)
    }

    /// Starts this program again for each precision, with the same options otherwise.
    private func runEach(_ precisions: [Precision]) throws {
        var options = ["--batch-size", batchSize, "--runs", "\(runs)"]
        if let threads { options += ["--threads", "\(threads)"] }
        if layers { options.append("--layers") }
        for precision in precisions {
            let words = [CommandLine.arguments[0], model, "--precision", precision.rawValue] + options
            guard try status(of: words) == 0 else { throw ExitCode.failure }
        }
    }

    private func status(of words: [String]) throws -> Int32 {
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, words[0], nil, nil, &arguments, environ) == 0 else {
            throw ValidationError("\(words[0]) cannot be started again")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status
    }

    private func say(_ name: String, _ value: Double, _ unit: String = "ms") {
        report(model.split(separator: "/").last.map(String.init) ?? model, name, value, unit)
    }

    private func precisions() throws -> [Precision] {
        try precision.split(separator: ",").map { name in
            guard let precision = Precision(rawValue: String(name)) else {
                throw ValidationError("--precision takes f32, bf16 and int8, not \"\(name)\"")
            }
            return precision
        }
    }

    private func batchSizes() throws -> [Int] {
        try batchSize.split(separator: ",").map { text in
            guard let size = Int(text), (1...1024).contains(size) else {
                throw ValidationError("--batch-size takes numbers from 1 to 1024, not \"\(text)\"")
            }
            return size
        }
    }
}

/// Values between -1 and 1 that are the same in every run, `[batch, channels, height, width]`.
private func noise(_ configuration: VisionConfiguration, batch: Int) -> Tensor {
    let shape = [batch, configuration.channelCount, configuration.imageHeight, configuration.imageWidth]
    var state: UInt32 = 1
    let values = (0..<shape.reduce(1, *)).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(state >> 8) / Float(1 << 23) - 1
    }
    return Tensor(shape: shape, values)
}
