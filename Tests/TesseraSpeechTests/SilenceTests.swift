import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// What is left out as no speech, and what is not.
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
        #expect(transcript.speech == [] && transcript.decisions.isEmpty)
        #expect(transcript.duration == 3)
    }

    /// Speech between two silences is transcribed as if they were not there; what is named is heard where it is speech.
    @Test(arguments: [[], [TranscriptionOptions.Clip(start: 0, end: 60)], [.init(start: 20)]])
    func speechIsNotSkipped(clips: [TranscriptionOptions.Clip]) throws {
        let transcriber = try Transcriber(folder: Fixtures.ownPath("../../Models/speech-digits"))
        let sample = try AudioFile(Fixtures.ownPath("../../Samples/recordings/three-one-four.flac"))
        let quiet = [Float](repeating: 0, count: 10 * 16_000)
        let samples = try quiet + sample.samples(at: 16_000).read(upTo: 1 << 20) + quiet
        let recording = try AudioFile(bytes: Sounds.wav(samples, sampleRate: 16_000), path: "sound")
        var options = TranscriptionOptions()
        (options.skipsSilence, options.clips) = (true, clips)
        let transcript = try transcriber.transcribe(recording, options)
        guard clips.first?.start != 20 else {
            #expect(transcript.segments.isEmpty && transcript.speech?.count == 1)
            return
        }
        #expect(transcript.text.trimmed == "three one four")
        #expect(transcript.segments.allSatisfy { $0.start > 9 && $0.end < 14 })
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
