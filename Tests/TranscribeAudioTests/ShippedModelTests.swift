import TesseraFiles
import TestSupport
import Testing

/// The model that ships, on the recordings that ship: what a user sees first.
@Suite struct ShippedModelTests {
    private static let said = [
        ("three-one-four", "three one four"),
        ("two-phrases", "two seven one eight two eight one four one four two"),
    ]
    private static let precisions = ["f32", "bf16", "int8"]

    private func sample(_ name: String) -> String { Fixtures.ownPath("../../Samples/recordings/\(name).flac") }

    private func words(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    @Test(arguments: said, precisions)
    func samplesAreWrittenDown(recording: (name: String, text: String), precision: String) throws {
        let outcome = try transcribeAudio([sample(recording.name), "--precision", precision])
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(words(outcome.output) == recording.text)
    }

    @Test(
        arguments: said,
        [["--short-clips"], ["--beam-size", "3"], ["--timestamps", "none"], ["--skip-silence"], ["--batched"]])
    func samplesAreWrittenDownHowever(recording: (name: String, text: String), options: [String]) throws {
        let outcome = try transcribeAudio([sample(recording.name)] + options)
        #expect(outcome.code == 0 && words(outcome.output) == recording.text, "\(outcome)")
    }

    @Test func wordsHaveTimesWithinTheRecording() throws {
        let outcome = try transcribeAudio([
            sample("two-phrases"), "--format", "json", "--timestamps", "word",
        ])
        let transcript = try parseJSON(outcome.output)
        let duration = try transcript.number("duration", in: 0...100)
        let times = try transcript.objects("segments").flatMap { try $0.objects("words") }.map {
            (try $0.number("start", in: 0...duration), try $0.number("end", in: 0...duration))
        }
        #expect(times.count == 11)
        #expect(times.allSatisfy { $0.0 <= $0.1 } && zip(times, times.dropFirst()).allSatisfy { $0.1 <= $1.0 })
    }

    /// The JSON says where somebody speaks, and which way was taken.
    @Test(arguments: [["--skip-silence"], ["--batched"], ["--skip-silence", "--batched"], []])
    func speechIsTold(options: [String]) throws {
        let outcome = try transcribeAudio([sample("two-phrases"), "--format", "json"] + options)
        let transcript = try parseJSON(outcome.output)
        #expect(transcript.contains("speech") == options.contains("--skip-silence"))
        #expect(transcript.contains("mode") == options.contains("--batched"))
        if options.contains("--batched") { #expect(try transcript.string("mode") == "batched") }
        guard options.contains("--skip-silence") else { return }
        let duration = try transcript.number("duration", in: 0...100)
        let stretches = try transcript.objects("speech").map {
            (try $0.number("start", in: 0...duration), try $0.number("end", in: 0...duration))
        }
        #expect(!stretches.isEmpty && stretches.allSatisfy { $0.0 < $0.1 })
    }

    @Test("Silence, noise and hum give no text", arguments: [0, 1, 2, 3, 4, 5])
    func nothingIsInvented(kind: Int) throws {
        let count = 16_000 * (2 + 2 * kind)
        let samples: [Float] =
            switch kind {
            case 0: [Float](repeating: 0, count: count)
            case 1...4: Sounds.noise(count: count, seed: UInt64(kind), amplitude: [0.001, 0.01, 0.1, 0.5][kind - 1])
            default: Sounds.tone(50, sampleRate: 16_000, count: count, amplitude: 0.2)
            }
        let folder = TemporaryFolder()
        let path = folder.write("quiet.wav", Sounds.wav(samples, sampleRate: 16_000))
        let outcome = try transcribeAudio([path])
        #expect(outcome.code == 0 && words(outcome.output).isEmpty, "\(outcome)")
    }

    @Test func modelIsListed() throws {
        let cache = TemporaryFolder()
        let outcome = try transcribeAudio(["--list-models"], environment: ["HF_HUB_CACHE=" + cache.path])
        #expect(outcome.code == 0 && outcome.output.hasPrefix("speech-digits  /"))
    }
}
