import ArgumentParser
import BenchmarkSupport
import TesseraSpeech
import TesseraTensor
import TesseraTransformer

@main
struct SpeechBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speech-benchmark",
        abstract: "Times a Whisper on this machine: loading, the encoder on one window, a token of the decoder.",
        discussion: """
            Prints a line a figure: model, name, median.

              speech-benchmark whisper-tiny --precision bf16
            """)

    @Argument(help: "A folder in the hub's layout.") var model: String
    @Option(help: "f32, bf16 or int8.") var precision = "f32"
    @Option(help: "How many beams read the window.") var beams = 1
    @Option(help: "Tokens that are decoded, of which the time of one is told.") var tokens = 100
    @Option(help: "Frames of the window; all the model takes unless said.") var frames: Int?
    @Option(help: "Threads; as many as there are processors unless said.") var threads: Int?
    @Option(help: "Timed runs a figure.") var runs = 9

    mutating func run() throws {
        guard let precision = Precision(rawValue: precision) else {
            throw ValidationError("--precision takes f32, bf16 or int8, not \"\(precision)\"")
        }
        if let threads { Threads.count = threads }
        var loaded: Transcriber?
        let loading = try milliseconds { loaded = try Transcriber(folder: model, precision: precision) }
        guard let transformer = loaded?.transformer else { return }
        say("\(precision.rawValue), load", loading)
        let configuration = transformer.configuration
        let window = configuration.encoderContextLength * configuration.convolutions.reduce(1) { $0 * $1.stride }
        var generator = SystemRandomNumberGenerator()
        let shape = [1, min(window, frames ?? window), configuration.melBinCount]
        let sound = Tensor(
            shape: shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) })
        say(
            "\(precision.rawValue), encoder, \(shape[1]) frames",
            medianMilliseconds(runs: runs) { _ = transformer.encoded(sound) })
        let memory = transformer.encoded(sound)
        say(
            "\(precision.rawValue), cross keys and values",
            medianMilliseconds(runs: runs) {
                _ = transformer.decoder.makeCache(memory: memory)
            })
        let count = tokens
        let sequences = beams
        let whole = medianMilliseconds(runs: runs) {
            var cache = transformer.decoder.makeCache(memory: memory, sequences: sequences)
            for token in 0..<count {
                let ids = [Int32](repeating: Int32(token), count: sequences)
                _ = transformer.decoder.nextLogits(after: ids, cache: &cache)
            }
        }
        let start = medianMilliseconds(runs: runs) { _ = transformer.decoder.makeCache(memory: memory) }
        say("\(precision.rawValue), \(sequences) beams, a token", (whole - start) / Double(count))
        if let peak = peakMemory() { say("\(precision.rawValue), peak memory", peak, "MB") }
    }

    private func say(_ name: String, _ value: Double, _ unit: String = "ms") {
        report(model.split(separator: "/").last.map(String.init) ?? model, name, value, unit)
    }
}
