import ArgumentParser
import BenchmarkSupport
import TesseraAudio
import TesseraSpeech
import TesseraTensor

/// How much of what was said in recordings a model writes down rightly.
@main
struct SpeechAccuracyBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speech-accuracy-benchmark",
        abstract: "Counts how much of what was said in recordings a model writes down rightly.",
        discussion: """
            Texts are compared after normalisation: see TextNormalizer. A recording without text is one in which \
            nobody speaks.

              speech-accuracy-benchmark speech-digits --data strings.jsonl silence.jsonl --precision f32 int8
            """)

    @Argument(help: "A folder in the hub's layout.") var model: String
    @Option(
        parsing: .upToNextOption, help: "Manifests, as train-model speech takes them: JSON Lines, or a table with tabs."
    )
    var data: [String]
    @Option(parsing: .upToNextOption, help: "f32, bf16 or int8, or several of them.", transform: named)
    var precision = Precision.allCases
    @Option(help: "The language that is spoken; what the model hears unless said here or in the manifest.")
    var language: String?
    @Option(help: "Timestamps that the model writes: none, segment or word.", transform: named)
    var timestamps = TranscriptionOptions.Timestamps.segment
    @Option(help: "How many beams are searched; the likeliest token is taken unless said.") var beamSize: Int?
    @Flag(help: "Encode recordings shorter than the model's window at their own length.") var shortClips = false
    @Flag(help: "Show what is written down wrongly.") var verbose = false

    func run() throws {
        let manifests = try data.map(SpeechManifest.init)
        for precision in precision {
            let transcriber = try Transcriber(folder: model, precision: precision)
            for manifest in manifests {
                var score = Score()
                for recording in manifest.recordings {
                    let transcript = try transcriber.transcribe(AudioFile(recording.audio), options(for: recording))
                    let spoken = transcript.language ?? recording.language ?? Transcriber.onlyLanguage
                    let written = recording.task == .translate ? "en" : spoken
                    let isRight = score.add(transcript.text, of: recording.text, language: written)
                    if verbose, !isRight {
                        print("\(recording.audio): \"\(recording.text)\" became \"\(transcript.text)\"")
                    }
                }
                print("\(precision.rawValue), \(manifest.path): \(score)")
            }
        }
    }

    private func options(for recording: TranscribedRecording) -> TranscriptionOptions {
        var options = TranscriptionOptions()
        options.language = language ?? recording.language
        options.task = recording.task
        options.timestamps = timestamps
        options.beamSize = beamSize
        options.usesShortClips = shortClips
        return options
    }
}
