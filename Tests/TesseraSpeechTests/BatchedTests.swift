import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// Windows that are cut at pauses and decoded together.
@Suite struct BatchedTests {
    private static let rate = 16_000

    /// The samples that ship, one behind the other with pauses that the seed draws, for windows of eight seconds.
    private func recording(seed: UInt64, count: Int) throws -> AudioFile {
        var random = SplitMix(state: seed)
        var samples: [Float] = []
        for _ in 0..<count {
            let name = random.next() % 2 == 0 ? "three-one-four" : "two-phrases"
            let file = try AudioFile(Fixtures.ownPath("../../Samples/recordings/\(name).flac"))
            samples += try file.samples(at: Self.rate).read(upTo: 1 << 20)
            samples += [Float](repeating: 0, count: Int(random.next() % UInt64(8 * Self.rate)))
        }
        return try AudioFile(bytes: Sounds.wav(samples, sampleRate: Self.rate), path: "digits")
    }

    private func transcriber() throws -> Transcriber {
        try Transcriber(folder: Fixtures.ownPath("../../Models/speech-digits"))
    }

    /// Eleven windows and more, eight of which are decoded at a time, give what each gives when nothing else is transcribed: the same
    /// tokens with the same probabilities, bit for bit.
    @Test(arguments: [1, 2], [TranscriptionOptions.Timestamps.segment, .word])
    func eachWindowGetsWhatItGetsAlone(seed: UInt64, timestamps: TranscriptionOptions.Timestamps) throws {
        let (transcriber, recording) = (try transcriber(), try recording(seed: seed, count: 14))
        var options = TranscriptionOptions()
        (options.isBatched, options.timestamps) = (true, timestamps)
        let whole = try transcriber.transcribe(recording, options)
        #expect(whole.isBatched && whole.decisions.count > 8)
        let starts = whole.decisions.map { Double($0.seek) / 100 } + [whole.duration]
        for (window, decision) in whole.decisions.enumerated() {
            options.clips = [.init(start: starts[window], end: starts[window + 1])]
            let alone = try transcriber.transcribe(recording, options)
            #expect(alone.decisions == [decision])
            let segments = whole.segments.filter { $0.seek == decision.seek }
            #expect(segments.map(\.tokens) == alone.segments.map(\.tokens))
            #expect(segments.map(\.words) == alone.segments.map(\.words))
        }
    }

    /// What is said is written down, in order and where it is said.
    @Test(arguments: [3, 4])
    func textIsThatOfTheParts(seed: UInt64) throws {
        let (transcriber, recording) = (try transcriber(), try recording(seed: seed, count: 6))
        var options = TranscriptionOptions()
        (options.isBatched, options.skipsSilence) = (true, true)
        let transcript = try transcriber.transcribe(recording, options)
        var random = SplitMix(state: seed)
        var expected: [String] = []
        for _ in 0..<6 {
            let isFirst = random.next() % 2 == 0
            expected.append(isFirst ? "three one four" : "two seven one eight two eight one four one four two")
            _ = random.next()
        }
        // The model that ships is small: one word in twenty may be wrong.
        #expect(ErrorRate.words(transcript.text.trimmed, against: expected.joined(separator: " ")).rate <= 0.05)
        #expect(zip(transcript.segments, transcript.segments.dropFirst()).allSatisfy { $0.end <= $1.start })
        let speech = try #require(transcript.speech)
        for segment in transcript.segments {
            #expect(speech.contains { segment.start >= $0.start - 0.05 && segment.start <= $0.end + 0.05 })
        }
    }

    @Test(arguments: [0, 1, 3, 5])
    func beamsAndTemperaturesWorkToo(beams: Int) throws {
        let (transcriber, recording) = (try transcriber(), try recording(seed: 5, count: 2))
        var options = TranscriptionOptions()
        options.isBatched = true
        if beams == 0 { options.temperatures = [0.2] } else { options.beamSize = beams }
        let transcript = try transcriber.transcribe(recording, options)
        #expect(transcript.segments.flatMap { $0.text.split(separator: " ") }.count >= 6)
    }

    @Test func whereNobodySpeaksNothingIsDecoded() throws {
        var options = TranscriptionOptions()
        options.isBatched = true
        let noise = Sounds.noise(count: 20 * Self.rate, amplitude: 0.05)
        let recording = try AudioFile(bytes: Sounds.wav(noise, sampleRate: Self.rate), path: "noise")
        let transcript = try transcriber().transcribe(recording, options)
        #expect(transcript.decisions.isEmpty && transcript.text.isEmpty && transcript.duration == 20)
    }
}
