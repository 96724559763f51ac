import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

/// Recordings to train a classifier of sounds on.
@Suite struct LabelledClipsTests {
    private let folder = TemporaryFolder()
    private let files: [LabelledFile]
    private static let rate = 16_000
    /// Half a second.
    private static let settings: SpectrogramWindowSettings = {
        var settings = SpectrogramWindowSettings()
        (settings.frameCount, settings.melBinCount) = (50, 32)
        return settings
    }()

    init() {
        var files: [LabelledFile] = []
        for (index, count) in [4_000, 8_240, 20_000, 400].enumerated() {
            let samples = Sounds.noise(count: count, seed: UInt64(index + 1))
            files.append(
                .init(path: folder.write("\(index).wav", Sounds.wav(samples, sampleRate: Self.rate)), label: index % 2))
        }
        self.files = files
    }

    private func clips(_ augmentation: SoundAugmentation = .none, memoryLimit: Int = 1 << 30) -> LabelledClips {
        LabelledClips(
            reading: files, settings: Self.settings, augmentation: augmentation, seed: 5, memoryLimit: memoryLimit)
    }

    /// What is trained on is what will be heard: the beginning of a recording, filled up.
    @Test func withoutAugmentation() throws {
        let batch = try clips().batch([0, 1, 2, 3], epoch: 3)
        #expect(batch.spectrograms.shape == [4, 50, 32] && batch.labels == [0, 1, 0, 1])
        for (index, file) in files.enumerated() {
            let samples = try AudioFile(file.path).samples(at: Self.rate).read(upTo: Self.settings.mostSampleCount)
            let expected = SpectrogramWindows(Self.settings)(samples)
            #expect(batch.samples(index..<index + 1).spectrograms.values == expected.values)
        }
    }

    /// Chance comes from seed, epoch and sample alone, whether recordings are kept in memory or not.
    @Test(arguments: [SoundAugmentation.light, .standard])
    func variation(augmentation: SoundAugmentation) throws {
        let kept = clips(augmentation)
        let first = try kept.batch([0, 1, 2, 3], epoch: 1).spectrograms
        #expect(try clips(augmentation, memoryLimit: 0).batch([0, 1, 2, 3], epoch: 1).spectrograms == first)
        let alone = try kept.batch([2], epoch: 1).spectrograms.values
        #expect(first.rows(2..<3).values == alone)
        #expect(try kept.batch([2], epoch: 2).spectrograms.values != alone)
        #expect(first.values.allSatisfy { $0.isFinite })
    }

    /// Of a longer recording any stretch is heard, and of a shorter one all, however it is shifted.
    @Test func stretches() throws {
        let crops = clips(SoundAugmentation(crops: true))
        let starts = try (0..<20).map { try crops.batch([2], epoch: $0).spectrograms[0, 0, 0] }
        #expect(Set(starts).count > 15)
        let plain = SpectrogramWindows(Self.settings)
        let shifted = clips(SoundAugmentation(shift: 0.1))
        let own = try clips().batch([0], epoch: 0).spectrograms.values
        let mean = { (values: [Float]) in values.reduce(0, +) / Float(values.count) }
        for epoch in 0..<10 {
            let values = try shifted.batch([0], epoch: epoch).spectrograms.values
            // White noise, shifted in a circle, has nearly the same mean; frames behind it are as they were.
            #expect(abs(mean(values) - mean(own)) < 0.02)
            let count = plain.frameCount(sampleCount: 4_000)
            #expect(values[(count * 32)...] == own[(count * 32)...])
        }
    }

    /// Masks lie within the sound's own frames, and take their mean.
    @Test func masks() throws {
        let masked = clips(SoundAugmentation(melMaskCount: 2, timeMaskCount: 2))
        let own = try clips().batch([0], epoch: 0).spectrograms.values
        let count = SpectrogramWindows(Self.settings).frameCount(sampleCount: 4_000) * 32
        let mean = own[..<count].reduce(0, +) / Float(count)
        var maskedCount = 0
        for epoch in 0..<10 {
            let values = try masked.batch([0], epoch: epoch).spectrograms.values
            let changed = values.indices.filter { values[$0] != own[$0] }
            #expect(changed.allSatisfy { $0 < count && abs(values[$0] - mean) < 1e-5 })
            maskedCount += changed.count
        }
        #expect(maskedCount > count / 2)
    }

    /// Normalised by what they are, features have mean 0 and a deviation of a half.
    @Test func normalisation() throws {
        let clips = try clips().normalized()
        #expect(abs(clips.settings.mean - Self.settings.mean) > 0.1)
        var own: [Float] = []
        for (index, count) in [4_000, 8_240, 20_000].enumerated() {
            let frames = SpectrogramWindows(Self.settings).frameCount(sampleCount: count)
            own += try clips.batch([index], epoch: 0).spectrograms.values[..<(frames * 32)]
        }
        let mean = own.reduce(0, +) / Float(own.count)
        let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(own.count)
        // The fourth sound, of one frame, is left out here.
        #expect(abs(mean) < 0.01 && abs(variance.squareRoot() - 0.5) < 0.01)
    }

    @Test func silenceIsNormalised() throws {
        let path = folder.write(
            "silence.wav", Sounds.wav([Float](repeating: 0, count: 8_000), sampleRate: Self.rate))
        let silence = LabelledClips(reading: [.init(path: path, label: 0)], settings: Self.settings)
        #expect(try silence.normalized().batch([0], epoch: 0).spectrograms.values.allSatisfy { $0.isFinite })
    }

    @Test func unreadableRecordingsAreNamed() throws {
        let damaged = folder.write("damaged.flac", "fLaC")
        let short = folder.write("short.wav", Sounds.wav([0.5, 0.5], sampleRate: Self.rate))
        let cut = folder.write(
            "cut.wav", Array(Sounds.wav(Sounds.noise(count: 9_000), sampleRate: Self.rate).dropLast(20_000)))
        let all = [damaged, short, cut, folder.file("absent.wav")].map { LabelledFile(path: $0, label: 0) }
        var readCount = 0
        let clips = LabelledClips(reading: all + files, settings: Self.settings, progress: { readCount += $0 })
        #expect(clips.files == files && readCount == 8)
        #expect(clips.unreadable.map(\.path) == all.map(\.path))
        #expect(clips.unreadable[1].cause == "is shorter than 0.025 seconds")
    }
}
