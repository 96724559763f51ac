import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

@Suite struct AudioFileTests {
    @Test(
        "Every format is read, mixed down and brought to 16 kHz",
        arguments: [
            ("mono-16000.flac", 16_000, 1, 1e-4), ("mono-44100.flac", 44_100, 1, 1e-3),
            ("mono-16000-24bit.flac", 16_000, 1, 1e-5), ("stereo-16000.flac", 16_000, 2, 1e-4),
            ("stereo-44100.mp3", 44_100, 2, 0.02), ("mono-16000.mp3", 16_000, 1, 0.02),
            ("stereo-44100.ogg", 44_100, 2, 0.02), ("mono-48000.opus", 48_000, 1, 0.05),
            ("mono-22050.aiff", 22_050, 1, 1e-3), ("mono-22050.au", 22_050, 1, 1e-3),
            ("mono-22050.caf", 22_050, 1, 1e-3), ("mono-22050.w64", 22_050, 1, 1e-3),
            ("adpcm-22050.wav", 22_050, 1, 0.02), ("alaw-8000.wav", 8000, 1, 0.02),
        ])
    func formats(name: String, sampleRate: Int, channelCount: Int, tolerance: Float) throws {
        let file = try AudioFile(Fixtures.path("audio/\(name)"))
        #expect(file.sampleRate == sampleRate)
        #expect(file.channelCount == channelCount)
        #expect(file.warnings == [])
        let duration = try #require(file.duration)
        #expect(abs(duration - 0.5) < 0.06)  // lossy formats fill up their last block
        let read = try samples(file, at: 16_000)
        #expect(abs(Double(read.count) / 16_000 - duration) < 0.002)
        // Channels of 0.5 and 0.25 have the mean 0.375.
        let amplitude = channelCount == 1 ? 0.5 : 0.375
        let expected = Sounds.tone(440, sampleRate: 16_000, count: 8000, amplitude: amplitude)
        // Filters and codecs are not themselves at the ends; codecs that delay are compared where they fit best.
        let middle = expected[2000..<6000]
        let delays = tolerance < 0.01 ? 0..<1 : 0..<1500
        let best = delays.map { delay in
            read.count < 6000 + delay ? .infinity : largestDifference(read[2000 + delay..<6000 + delay], middle)
        }.min()
        #expect(try #require(best) <= tolerance)
    }

    @Test("Channels are mixed to their mean", arguments: [1, 2, 3, 8, 64])
    func mixing(channelCount: Int) throws {
        let frames = Sounds.noise(count: 5000 * channelCount)
        let expected = (0..<5000).map { frame in
            frames[frame * channelCount..<(frame + 1) * channelCount].reduce(0, +) / Float(channelCount)
        }
        let bytes = Sounds.wav(frames, sampleRate: 16_000, channelCount: channelCount)
        let file = try AudioFile(bytes: bytes, path: "noise.wav")
        #expect(try largestDifference(samples(file, at: 16_000), expected) <= 1e-6)
    }

    @Test(
        "Any rate is brought to any other", arguments: [1000, 7999, 11_025, 48_000, 192_000, 384_000], [8000, 16_000])
    func resampling(from inputRate: Int, to outputRate: Int) throws {
        let tone = Sounds.tone(200, sampleRate: inputRate, count: inputRate * 2)
        let file = try AudioFile(bytes: Sounds.wav(tone, sampleRate: inputRate), path: "tone.wav")
        #expect(file.duration == 2)
        let read = try samples(file, at: outputRate)
        #expect(abs(read.count - outputRate * 2) <= 1)
        let middle = outputRate / 2..<outputRate * 3 / 2
        let expected = Sounds.tone(200, sampleRate: outputRate, count: outputRate * 2)
        #expect(largestDifference(read[middle], expected[middle]) <= 1e-4)
    }

    @Test("What is above half the new rate is gone")
    func aliasing() throws {
        let tone = Sounds.tone(11_000, sampleRate: 44_100, count: 44_100)
        let file = try AudioFile(bytes: Sounds.wav(tone, sampleRate: 44_100), path: "tone.wav")
        let read = try samples(file, at: 16_000)
        #expect(read[4000..<12_000].allSatisfy { abs($0) < 1e-4 })
    }

    @Test("A recording reads the same from a file, from memory, twice, and in pieces of any size")
    func repeatable() throws {
        let path = Fixtures.path("audio/mono-44100.flac")
        let file = try AudioFile(path)
        let inMemory = try AudioFile(bytes: fixture("audio/mono-44100.flac"), path: "memory")
        let first = try samples(file, at: 16_000)
        for (other, piece) in [(file, 1), (file, 100_000), (inMemory, 999)] {
            #expect(try largestDifference(samples(other, at: 16_000, piece: piece), first) == 0)
        }
        #expect(try file.samples(at: 16_000).read(upTo: 0).isEmpty)
    }

    @Test("Widths of samples that are not whole bytes", arguments: [(12, 2), (20, 3), (24, 4), (8, 1), (32, 4)])
    func widths(bits: Int, byteCount: Int) throws {
        // Half of full scale, in the upper bits; 8 bits are unsigned.
        let half = bits == 8 ? [0xC0] : [UInt8](repeating: 0, count: byteCount - 1) + [0x40]
        let data = (0..<100).flatMap { _ in half }
        let bytes = Sounds.wav(bits: bits, blockAlign: byteCount, data: data)
        let read = try samples(AudioFile(bytes: bytes, path: "half.wav"), at: 16_000)
        #expect(read.count == 100 && read.allSatisfy { $0 == 0.5 })
    }
}
