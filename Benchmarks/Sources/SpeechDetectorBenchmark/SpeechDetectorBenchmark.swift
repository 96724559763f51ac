import ArgumentParser
import BenchmarkSupport
import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraTensor

/// How many frames a detector of speech gets wrong, and how much faster than sound it is on one core.
@main
struct SpeechDetectorBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speech-detector-benchmark",
        abstract: "Counts the frames that a detector of speech gets wrong, and times it on one core.",
        discussion: """
            Manifests are those of train-model speech-detector. --output writes what is found in each recording, a line of \
            JSON with its path and the probability of each frame: compare_speech_detector.py reads it.

              speech-detector-benchmark Models/speech-detector --data unheard.jsonl
            """)

    @Argument(help: "A folder with a detector.") var model: String
    @Option(parsing: .upToNextOption, help: "Manifests: JSON Lines with audio and speech.") var data: [String]
    @Option(help: "Where the probabilities of all frames are written.") var output: String?

    func run() throws {
        let detector = try SpeechDetector(folder: model, threads: Threads(count: 1))
        var lines: [UInt8] = []
        for manifest in try data.map(DetectorManifest.init) {
            var errors = FrameErrors()
            var (sound, work) = (0.0, Duration.zero)
            for recording in manifest.recordings {
                let samples = try samples(of: recording, at: detector.sampleRate)
                var probabilities: [Float] = []
                work += ContinuousClock().measure {
                    var stream = SpeechDetectionStream(detector)
                    probabilities = stream.append(samples) + stream.finish()
                }
                sound += Double(samples.count) / Double(detector.sampleRate)
                errors += FrameErrors(probabilities, recording.speech, frameDuration: detector.frameDuration)
                lines += try line(recording, probabilities)
            }
            print(
                "\(manifest.path): \(percent(errors.rate)) of frames wrong, \(percent(errors.missRate)) of speech missed,"
            )
            print(
                "  \(percent(errors.falseAlarmRate)) of the rest taken for speech; \(Int(sound / (work / .seconds(1)))) × real time"
            )
        }
        if let output { try writeAtomically(to: output, lines) }
    }

    private func samples(of recording: LabelledRecording, at rate: Int) throws -> [Float] {
        let source = try AudioFile(recording.audio).samples(at: rate)
        var samples: [Float] = []
        while case let block = try source.read(upTo: 60 * rate), !block.isEmpty { samples += block }
        return samples
    }

    private func line(_ recording: LabelledRecording, _ probabilities: [Float]) throws -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.write(recording.audio, for: "audio")
            json.array("probabilities") { json in for value in probabilities { json.write(Double(value)) } }
        }
        return try json.finish(path: recording.audio) + Array("\n".utf8)
    }

    private func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
}
