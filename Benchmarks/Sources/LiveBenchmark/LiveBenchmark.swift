import ArgumentParser
import BenchmarkSupport
import TesseraAudio
import TesseraSpeech
import TesseraTensor

/// How long words wait until they are certain where speech is written down as it is spoken, and how many are wrong.
@main
struct LiveBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live-benchmark",
        abstract: "Times how long words wait until they are certain, and counts the wrong ones.",
        discussion: """
            The recordings of a manifest are heard one after the other, with pauses between them, by a clock that goes on \
            with the sound, and with the time that each decoding takes: sound that comes meanwhile waits.

              live-benchmark whisper-tiny.en --data speech.jsonl --precision f32 int8
            """)

    @Argument(help: "A folder in the hub's layout.") var model: String
    @Option(help: "A manifest, as train-model speech takes it.") var data: String
    @Option(parsing: .upToNextOption, help: "f32, bf16 or int8, or several of them.", transform: named)
    var precision = [Precision.float32]
    @Option(help: "Seconds between two recordings.") var gap = 1.0
    @Option(help: "Seconds of new sound that are decoded.") var interval = LiveTranscriptionOptions().interval
    @Option(help: "Seconds without speech that end an utterance.") var pause = LiveTranscriptionOptions().pause
    @Option(help: "Seconds of the longest window.") var window = LiveTranscriptionOptions().longestWindow
    @Flag(help: "Encode windows at their own length.") var shortClips = false
    @Flag(help: "Count decodings as if they took no time: what is written does not depend on the machine.") var steady =
        false
    @Flag(help: "Show what is written down.") var verbose = false

    func run() throws {
        let manifest = try SpeechManifest(data)
        var samples: [Float] = []
        for recording in manifest.recordings {
            samples += try self.samples(of: recording) + [Float](repeating: 0, count: Int(gap * 16_000))
        }
        let said = manifest.recordings.map(\.text).joined(separator: " ")
        for precision in precision {
            let transcriber = try Transcriber(folder: model, precision: precision)
            let offline = try OfflineWords(samples, transcriber)
            var run = LiveRun(isSteady: steady)
            try run.hear(samples, by: LiveTranscription(transcriber, options))
            if verbose { print(run.text) }
            run.report(precision.rawValue, against: offline.words, said: said)
        }
    }

    private var options: LiveTranscriptionOptions {
        var options = LiveTranscriptionOptions()
        (options.interval, options.pause, options.longestWindow) = (interval, pause, window)
        options.decoding.usesShortClips = shortClips
        return options
    }

    private func samples(of recording: TranscribedRecording) throws -> [Float] {
        let source = try AudioFile(recording.audio).samples(at: LiveTranscription.sampleRate)
        var samples: [Float] = []
        while case let block = try source.read(upTo: 1 << 20), !block.isEmpty { samples += block }
        return samples
    }
}
