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

    /// Three seconds at 16 kHz, 16 bits, as a WAV file.
    private func recording(_ sound: Sound) throws -> AudioFile {
        var state: UInt64 = 1
        let samples = (0..<48_000).map { index -> Int16 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            switch sound {
            case .silence: return 0
            case .whiteNoise: return Int16(truncatingIfNeeded: Int64(state >> 52) - 2048)
            case .hum: return index / 80 % 2 == 0 ? 3000 : -3000
            case .offset: return 12_000
            }
        }
        func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let data = samples.flatMap { bytes($0) }
        let format =
            bytes(UInt16(1)) + bytes(UInt16(1)) + bytes(UInt32(16_000)) + bytes(UInt32(32_000))
            + bytes(UInt16(2)) + bytes(UInt16(16))
        let file =
            Array("RIFF".utf8) + bytes(UInt32(36 + data.count)) + Array("WAVEfmt ".utf8) + bytes(UInt32(16)) + format
            + Array("data".utf8) + bytes(UInt32(data.count)) + data
        return try AudioFile(bytes: file, path: sound.rawValue)
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
        let limit = transcriber.model.configuration.decoder.contextLength / 2
        #expect(windows <= 300 && transcript.segments.flatMap(\.tokens).count <= windows * limit)
    }
}
