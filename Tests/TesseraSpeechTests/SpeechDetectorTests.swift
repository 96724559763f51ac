import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

/// The detector that ships, and the small one of the fixtures, on sounds made here.
@Suite struct SpeechDetectorTests {
    private static let rate = 16_000

    private func recording(_ samples: [Float]) throws -> AudioFile {
        try AudioFile(bytes: Sounds.wav(samples, sampleRate: Self.rate), path: "sound")
    }

    private static func samples(_ name: String) throws -> [Float] {
        let path = Fixtures.ownPath("../../Samples/recordings/" + name)
        return try AudioFile(path).samples(at: rate).read(upTo: 60 * rate)
    }

    static let detectors = ["ships"] + FrameClassifierTests.fixtures

    private func detector(_ name: String) throws -> SpeechDetector {
        name == "ships" ? try SpeechDetector() : try SpeechDetector(folder: Fixtures.path(name))
    }

    /// However the sound comes, each frame is judged once, and the same.
    @Test(arguments: detectors, [1, 159, 1_600, 50_000, 1_000_000])
    func blocksDoNotMatter(name: String, block: Int) throws {
        let detector = try detector(name)
        let sound = try Self.samples("two-phrases.flac")
        let samples = sound + sound + Sounds.noise(count: 3 * Self.rate, amplitude: 0.01) + sound
        let expected = try detector.probabilities(of: recording(samples))
        #expect(expected.count == samples.count / 160)
        var stream = SpeechDetectionStream(detector)
        var found: [Float] = []
        // One sample at a time takes long; a second of it will do.
        let count = block == 1 ? Self.rate : samples.count
        for start in stride(from: 0, to: count, by: block) {
            found += stream.append(Array(samples[start..<min(start + block, count)]))
            #expect(found.count == stream.judgedCount)
        }
        if block > 1 {
            found += stream.finish()
            #expect(found == expected)
        }
    }

    @Test(arguments: detectors, [1, 100, 160, 161, 320, 1_000, 16_000, 96_000, 96_160, 100_000])
    func shortSoundsAreJudged(name: String, count: Int) throws {
        let probabilities = try detector(name).probabilities(of: recording(Sounds.noise(count: count, amplitude: 0.1)))
        #expect(probabilities.count == count / 160)
        #expect(probabilities.allSatisfy { (0...1).contains($0) })
    }

    @Test func nothingIsNothing() throws {
        var stream = SpeechDetectionStream(try SpeechDetector())
        #expect(stream.append([]) + stream.finish() == [])
    }

    /// What the sample says is found where it is said: nearly all of what is louder than 30 dB below the peak.
    @Test(arguments: ["two-phrases.flac", "three-one-four.flac"], [0, 3.0])
    func speechIsFound(name: String, silence: Double) throws {
        let quiet = [Float](repeating: 0, count: Int(silence * Double(Self.rate)))
        let speech = try Self.samples(name)
        let stretches = try SpeechDetector().speech(in: recording(quiet + speech + quiet))
        let (first, last) = (try #require(stretches.first), try #require(stretches.last))
        let duration = Double(speech.count) / Double(Self.rate)
        #expect(first.start >= silence - 0.2 && first.start <= silence + 0.6)
        #expect(last.end <= silence + duration + 0.2 && last.end >= silence + duration - 0.8)
        #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0.end <= $1.start })
    }

    static let sounds: [(name: String, samples: [Float])] = [
        ("silence", [Float](repeating: 0, count: 20 * rate)),
        ("noise", Sounds.noise(count: 20 * rate, amplitude: 0.2)),
        ("tone", Sounds.tone(440, sampleRate: rate, count: 20 * rate)),
        ("hum", (0..<20 * rate).map { $0 / 160 % 2 == 0 ? 0.09 : -0.09 }),
        ("offset", [Float](repeating: 0.4, count: 20 * rate)),
    ]

    @Test(arguments: sounds.map(\.name))
    func nobodySpeaks(name: String) throws {
        let samples = try #require(Self.sounds.first { $0.name == name }).samples
        #expect(try SpeechDetector().speech(in: recording(samples), .forTranscription) == [])
    }

    @Test func otherModelsAreRefusedByName() throws {
        let error = #expect(throws: FileError.self) {
            try SpeechDetector(folder: Fixtures.ownPath("../../Models/forecaster"))
        }
        #expect("\(try #require(error))".contains("model_type"))
    }
}
