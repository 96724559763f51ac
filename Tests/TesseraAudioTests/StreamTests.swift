import TesseraAudio
import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

@Suite struct StreamTests {
    private static let spectrogram = LogMelSpectrogram()

    /// What openai/whisper computes: the signal followed by 30 s of silence, floored as a whole, without the silence.
    private func whole(_ samples: [Float]) -> [Float] {
        let features = Self.spectrogram(samples, sampleCount: samples.count + 480_000)
        return Array(features.values.prefix(samples.count / 160 * 80))
    }

    @Test("Frames made as samples come in equal those of the whole", arguments: [1, 160, 999, 1_000_000])
    func pieces(piece: Int) {
        let samples = Sounds.noise(count: piece == 1 ? 2000 : 50_123)
        var stream = LogMelStream(Self.spectrogram)
        for start in stride(from: 0, to: samples.count, by: piece) {
            stream.append(Array(samples[start..<min(start + piece, samples.count)]))
        }
        stream.finish()
        #expect(stream.frameCount == samples.count / 160)
        let features = stream.features(0..<stream.frameCount)
        #expect(largestDifference(features.values, whole(samples)) == 0)
    }

    @Test("A short signal has its frames all the same", arguments: [0, 1, 159, 160, 200, 201, 399, 400])
    func short(count: Int) {
        let samples = Sounds.noise(count: count)
        var stream = LogMelStream(Self.spectrogram)
        stream.append(samples)
        stream.finish()
        let features = stream.features(0..<stream.frameCount)
        #expect(features.shape == [count / 160, 80])
        #expect(largestDifference(features.values, whole(samples)) == 0)
    }

    @Test("Live features are floored below the maximum so far, of discarded frames too")
    func live() {
        var stream = LogMelStream(Self.spectrogram)
        stream.append(Sounds.noise(count: 16_000, amplitude: 1e-3))
        let quiet = stream.maximum
        let before = stream.features(10..<20)
        stream.append(Sounds.noise(count: 16_000, seed: 2))
        #expect(stream.maximum > quiet + 2)
        stream.discardFrames(before: 150)
        #expect(stream.heldFrames.lowerBound == 150)
        let maximum = stream.maximum
        stream.discardFrames(before: stream.frameCount)
        stream.append([Float](repeating: 0, count: 16_000))
        #expect(stream.maximum == maximum)
        let silence = stream.features(stream.frameCount - 5..<stream.frameCount)
        #expect(silence.values.allSatisfy { abs($0 - (maximum - 8 + 4) / 4) < 1e-6 })
        #expect(before.values.allSatisfy { $0 > (quiet - 8 + 4) / 4 - 1e-6 })
    }

    @Test("A recording's frames are those of the whole, kept or read again", arguments: [0, 100, 90_000])
    func recording(keptFrameLimit: Int) throws {
        // Louder towards the end: the maximum is not known before.
        let samples = Sounds.noise(count: 16_000 * 45).enumerated().map { $1 * Float($0) / 720_000 }
        let folder = TemporaryFolder()
        let path = folder.write("noise.wav", Sounds.wav(samples, sampleRate: 16_000))
        let recording = try RecordingSpectrogram(AudioFile(path), Self.spectrogram, keptFrameLimit: keptFrameLimit)
        #expect(recording.sampleCount == samples.count && recording.frameCount == 4500 && recording.duration == 45)
        let expected = whole(samples)
        // Forward, overlapping, and back again.
        for frames in [0..<3000, 0..<10, 1400..<4400, 4499..<4500, 4500..<4500, 200..<201, 0..<4500] {
            let features = try recording.features(frames)
            #expect(features.shape == [frames.count, 80])
            let slice = expected[frames.lowerBound * 80..<frames.upperBound * 80]
            #expect(largestDifference(features.values, slice) == 0, "\(frames)")
        }
    }

    @Test("Damage at the end of a recording is found by the first reading")
    func damagedEnd() throws {
        var samples = Sounds.noise(count: 16_000 * 12)
        samples[16_000 * 12 - 1] = .nan
        let file = try AudioFile(bytes: Sounds.wav(samples, sampleRate: 16_000), path: "a.wav")
        let error = try #require(throws: FileError.self) { try RecordingSpectrogram(file, Self.spectrogram) }
        #expect(error.place == "sample 191999")
    }

    @Test("Cancelling the task ends the first reading")
    func cancelled() async throws {
        let file = try AudioFile(bytes: Sounds.wav(Sounds.noise(count: 16_000), sampleRate: 16_000), path: "a.wav")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try RecordingSpectrogram(file, Self.spectrogram).frameCount
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A file that is cut after the first reading is an error, not a trap")
    func cutMeanwhile() throws {
        let folder = TemporaryFolder()
        let bytes = Sounds.wav(Sounds.noise(count: 16_000 * 30), sampleRate: 16_000)
        let path = folder.write("noise.wav", bytes)
        let recording = try RecordingSpectrogram(AudioFile(path), Self.spectrogram, keptFrameLimit: 0)
        folder.write("noise.wav", Array(bytes[..<100_000]))
        let error = try #require(throws: FileError.self) { try recording.features(0..<3000) }
        #expect(error.kind == .inputOutput)
    }
}
