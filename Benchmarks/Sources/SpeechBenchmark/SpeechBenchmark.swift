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
    @Option(help: "How many sequences, each with a window and a length of its own, step together.") var sequences = 8
    @Option(help: "In which the decoder holds keys and values: f32, bf16 or int8; as it does by itself unless said.")
    var keysAndValues: String?
    @Option(help: "Tokens that are decoded, of which the time of one is told.") var tokens = 100
    @Option(help: "Frames of the window; all the model takes unless said.") var frames: Int?
    @Option(help: "Threads; as many as there are processors unless said.") var threads: Int?
    @Option(help: "Timed runs a figure.") var runs = 9

    mutating func run() throws {
        try (threads.map(Threads.init(count:)) ?? .all).run { try measure() }
    }

    private mutating func measure() throws {
        let precision = try SpeechBenchmark.precision(precision)
        let held = try keysAndValues.map(SpeechBenchmark.precision)
        var loaded: Transcriber?
        let loading = try milliseconds { loaded = try Transcriber(folder: model, precision: precision) }
        guard let transformer = loaded?.transformer else { return }
        say("\(precision.rawValue), load", loading)
        let configuration = transformer.configuration
        let window = configuration.encoderContextLength * configuration.convolutions.reduce(1) { $0 * $1.stride }
        let shape = [1, min(window, frames ?? window), configuration.melBinCount]
        let sound = noise(shape)
        say(
            "\(precision.rawValue), encoder, \(shape[1]) frames",
            medianMilliseconds(runs: runs) { _ = transformer.encoded(sound) })
        let memory = transformer.encoded(sound)
        let storage = held.map { KeyValueStorage(tokens: $0, memory: $0) } ?? transformer.decoder.storage
        say(
            "\(precision.rawValue), cross keys and values",
            medianMilliseconds(runs: runs) {
                _ = transformer.decoder.makeCache(memory: memory, storage: storage)
            })
        let count = tokens
        let beams = beams
        let whole = medianMilliseconds(runs: runs) {
            var cache = transformer.decoder.makeCache(memory: memory, sequences: beams, storage: storage)
            for token in 0..<count {
                let ids = [[Int32]](repeating: [Int32(token)], count: beams)
                _ = transformer.decoder.nextLogits(after: ids, cache: &cache)
            }
        }
        let start = medianMilliseconds(runs: runs) {
            _ = transformer.decoder.makeCache(memory: memory, storage: storage)
        }
        say("\(precision.rawValue), \(beams) beams, a token", (whole - start) / Double(count))
        if sequences > 1 {
            let ragged = RaggedDecoding(
                transformer: transformer, windows: (0..<sequences).map { _ in noise(shape) }, storage: storage,
                tokenCount: tokens)
            let found = ragged.tokensPerSecond(runs: runs)
            say("\(precision.rawValue), decoder, 1 sequence", found.one, "tokens/s")
            say("\(precision.rawValue), decoder, \(sequences) ragged sequences", found.all, "tokens/s")
            say("\(precision.rawValue), the same, ratio", found.ratio, "×")
        }
        if let peak = peakMemory() { say("\(precision.rawValue), peak memory", peak, "MB") }
    }

    private static func precision(_ name: String) throws -> Precision {
        guard let precision = Precision(rawValue: name) else {
            throw ValidationError("a precision is f32, bf16 or int8, not \"\(name)\"")
        }
        return precision
    }

    private func noise(_ shape: [Int]) -> Tensor {
        var generator = SystemRandomNumberGenerator()
        return Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) })
    }

    private func say(_ name: String, _ value: Double, _ unit: String = "ms") {
        report(model.split(separator: "/").last.map(String.init) ?? model, name, value, unit)
    }
}
