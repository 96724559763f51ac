import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// What is left out as silence, and what is not.
@Suite struct SilenceTests {
    private static let whisper = ModelParityTests.fixtures.filter {
        (try? JSONObject.read(Fixtures.path($0 + "/config.json")).string("model_type")) == "whisper"
    }

    enum Sound: String, CaseIterable {
        case silence, whiteNoise, hum, offset
    }

    /// Three seconds at 16 kHz.
    private func recording(_ sound: Sound) throws -> AudioFile {
        let count = 48_000
        let samples: [Float] =
            switch sound {
            case .silence: Array(repeating: 0, count: count)
            case .whiteNoise: Sounds.noise(count: count, amplitude: 0.06)
            case .hum: (0..<count).map { $0 / 80 % 2 == 0 ? 0.09 : -0.09 }
            case .offset: Array(repeating: 0.37, count: count)
            }
        return try AudioFile(bytes: Sounds.wav(samples, sampleRate: 16_000), path: sound.rawValue)
    }

    @Test(arguments: whisper, Sound.allCases)
    func silenceAndSteadyNoiseAreSkipped(fixture: String, sound: Sound) throws {
        var options = TranscriptionOptions()
        options.skipsSilence = true
        let transcript = try Transcriber(folder: Fixtures.path(fixture)).transcribe(try recording(sound), options)
        #expect(transcript.text.isEmpty && transcript.segments.isEmpty)
        #expect(!transcript.decisions.isEmpty)
        #expect(transcript.decisions.allSatisfy { $0.verdict == .skippedAsSilence && $0.attempts.isEmpty })
    }

    @Test(arguments: whisper)
    func speechIsNotSkipped(fixture: String) throws {
        let recording = try AudioFile(Fixtures.path(fixture + "/audio.wav"))
        let transcriber = try Transcriber(folder: Fixtures.path(fixture))
        var options = TranscriptionOptions()
        let expected = try transcriber.transcribe(recording, options)
        options.skipsSilence = true
        #expect(try transcriber.transcribe(recording, options).segments == expected.segments)
        #expect(!expected.segments.isEmpty)
    }

    /// Silence and noise that are decoded come to an end, and to no more tokens than a window may have.
    @Test(arguments: whisper, Sound.allCases)
    func decodingIsBounded(fixture: String, sound: Sound) throws {
        let transcriber = try Transcriber(folder: Fixtures.path(fixture))
        let transcript = try transcriber.transcribe(try recording(sound))
        let windows = transcript.decisions.count
        let transformer = try #require(transcriber.transformer)
        let limit = transformer.configuration.decoder.contextLength / 2
        #expect(windows <= 300 && transcript.segments.flatMap(\.tokens).count <= windows * limit)
    }
}
