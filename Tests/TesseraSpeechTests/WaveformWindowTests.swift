import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// Recordings of any length through models that label frames.
@Suite struct WaveformWindowTests {
    /// The sounds of a fixture one after the other, several times.
    private func recording(_ fixture: String, repetitions: Int) throws -> AudioFile {
        let samples = try ["audio0.wav", "audio1.wav"].flatMap { name in
            try AudioFile(Fixtures.ownPath("\(fixture)/\(name)")).samples(at: 16_000).read(upTo: 1 << 20)
        }
        let all = Array(repeatElement(samples, count: repetitions).joined())
        return try AudioFile(bytes: Sounds.wav(all, sampleRate: 16_000), path: "long.wav")
    }

    /// What transformers' pipeline makes of 75 seconds in windows of 30 that share 5 on each side.
    @Test func windowsEqualThePipeline() throws {
        let expected = try #require(
            try JSONObject.read(Fixtures.ownPath("hubert-ctc/expected.json")).object("long"))
        let long = try recording("hubert-ctc", repetitions: try expected.integer("repetitions", in: 1...1000))
        let transcript = try Transcriber(folder: Fixtures.ownPath("hubert-ctc")).transcribe(long)
        #expect(transcript.text == (try expected.string("transcript")))
        #expect(transcript.decisions.map(\.seek) == [0, 2000, 4000, 6000])
        #expect(abs(transcript.duration - (try expected.number("seconds", in: 1...1000))) < 1e-3)
    }

    @Test func segmentsGoForward() throws {
        var options = TranscriptionOptions()
        (options.timestamps, options.beamSize) = (.word, 4)
        let long = try recording("wav2vec2-ctc-large", repetitions: 30)
        let transcript = try Transcriber(folder: Fixtures.ownPath("wav2vec2-ctc-large")).transcribe(long, options)
        #expect(transcript.segments.count > 1)
        #expect(transcript.segments.map(\.id) == Array(transcript.segments.indices))
        let words = transcript.segments.flatMap { $0.words ?? [] }
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.end <= $1.start })
        #expect(transcript.segments.allSatisfy { $0.end - $0.start <= 30 && $0.words?.isEmpty == false })
        #expect(transcript.segments.map(\.text).joined() == transcript.text)
    }

    /// A frame is made of 400 samples.
    @Test(arguments: [1, 399, 400, 401, 719, 720])
    func shortSounds(count: Int) throws {
        let samples = Sounds.noise(count: count)
        let transcriber = try Transcriber(folder: Fixtures.ownPath("wav2vec2-ctc-large"))
        let transcript = try transcriber.transcribe(
            try AudioFile(bytes: Sounds.wav(samples, sampleRate: 16_000), path: "short.wav"))
        #expect(transcript.decisions.map(\.verdict) == [count < 400 ? .skippedAsSilence : .kept])
        #expect(abs(transcript.duration - Double(count) / 16_000) < 1e-9)
        #expect(count >= 400 || transcript.text.isEmpty && transcript.segments.isEmpty)
    }

    @Test func silenceIsNoError() throws {
        let silence = try AudioFile(
            bytes: Sounds.wav([Float](repeating: 0, count: 16_000), sampleRate: 16_000), path: "silence.wav")
        for fixture in ["wav2vec2-ctc-base", "wav2vec2-ctc-large"] {
            let transcript = try Transcriber(folder: Fixtures.ownPath(fixture)).transcribe(silence)
            #expect(transcript.decisions.count == 1)
        }
    }

    /// Other rates and several channels are brought to one at the model's.
    @Test func otherRatesAndChannels() throws {
        let transcriber = try Transcriber(folder: Fixtures.ownPath("wav2vec2-ctc-large"))
        let bytes = Sounds.wav(Sounds.noise(count: 44_100), sampleRate: 44_100, channelCount: 2)
        let stereo = try AudioFile(bytes: bytes, path: "stereo.wav")
        let transcript = try transcriber.transcribe(stereo)
        #expect(abs(transcript.duration - 0.5) < 1e-3 && transcript.decisions.map(\.verdict) == [.kept])
    }
}
