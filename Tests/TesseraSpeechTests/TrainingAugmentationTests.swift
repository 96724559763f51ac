import TesseraLayers
import TesseraSpeech
import TesseraTensor
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct TrainingAugmentationTests {
    private let samples: TrainingSamples

    init() throws { samples = try TrainingSamples() }

    private func data(
        _ recordings: [TranscribedRecording], _ augmentation: SpeechAugmentation
    ) throws -> TranscribedClips {
        try TranscribedClips(reading: recordings, folder: samples.folder, augmentation: augmentation)
    }

    @Test("A tone played faster is a higher tone", arguments: [70, 85, 93, 100, 107, 115, 140])
    func speed(speed: Int) {
        let filters = SpeedFilters(70...140)
        let tone = Sounds.tone(1_000, sampleRate: 16_000, count: 8_000)
        let changed = filters(tone, speed: speed)
        let expected = Sounds.tone(10 * Double(speed), sampleRate: 16_000, count: changed.count)
        #expect(changed.count == 8_000 * 100 / speed)
        let error = zip(changed, expected).dropFirst(16).dropLast(16).reduce(0) { max($0, abs($1.0 - $1.1)) }
        // Sixteen taps: 52 dB below the tone.
        #expect(error < 0.5 * 2.5e-3)
    }

    @Test("What speed would fold back is attenuated")
    func folding() {
        let tone = Sounds.tone(7_600, sampleRate: 16_000, count: 8_000)
        // 8,740 Hz would come back as 7,260 Hz.
        #expect(power(SpeedFilters(115...115)(tone, speed: 115)) < 0.3 * power(tone))
    }

    @Test("A clip's length and times follow its speed", arguments: [Float(0.85), 0.9, 1.1, 1.15])
    func lengths(speed: Float) throws {
        let recording = samples.recording("a", "", segments: [.init(start: 0.2, end: 0.9, text: "the")])
        let data = try data([recording], SpeechAugmentation(speed: speed...speed))
        for epoch in 0..<10 {
            let sound = try data.sound(0, epoch: epoch)
            #expect(sound.samples.count == 16_000 * 100 / Int(speed * 100 + 0.5))
            let segment = try #require(sound.transcript.segments.first)
            #expect(abs(segment.start - 0.2 / Double(speed)) < 1e-6 && abs(segment.end - 0.9 / Double(speed)) < 1e-6)
        }
    }

    @Test("Slow speech still fits the window, and fast speech lets more of a long recording in")
    func window() throws {
        let full = samples.recording("a", "the river", seconds: 1.99)
        let slow = try data([full], SpeechAugmentation(speed: 0.8...0.8))
        let sound = try slow.sound(0, epoch: 0)
        #expect(sound.samples.count <= 32_000 && sound.transcript.segments.count == 1)
        let long = samples.recording(
            "b", "", seconds: 4,
            segments: [.init(start: 0, end: 1, text: "the"), .init(start: 1.1, end: 2.2, text: "a")])
        let fast = try data([long], SpeechAugmentation(speed: 1.15...1.15))
        #expect(try fast.sound(0, epoch: 0).transcript.segments.count == 2)
        #expect(try fast.sound(0, epoch: 0).samples.count == 32_000)
    }

    @Test("Gain is as drawn, and never clips", arguments: [(Float(-12), Float(0.2512)), (-6, 0.5012), (6, 1), (40, 1)])
    func gain(decibels: Float, peak: Float) throws {
        let recording = samples.recording("a", "the", amplitude: decibels == 6 ? 0.5012 : 1)
        let data = try data([recording], SpeechAugmentation(gain: decibels...decibels))
        let samples = try data.sound(0, epoch: 1).samples
        #expect(abs((samples.map(abs).max() ?? 0) - peak) < 1e-3)
    }

    @Test("Noise is as far below speech as drawn", arguments: [Float(5), 20, 40])
    func noise(decibels: Float) throws {
        let recording = samples.recording("a", "the", amplitude: 0.1)
        let plain = try data([recording], .none).sound(0, epoch: 0).samples
        let loud = SpeechAugmentation(noiseProbability: 1, signalToNoise: decibels...decibels)
        let data = try data([recording], loud)
        for epoch in 0..<40 {
            let noisy = try data.sound(0, epoch: epoch).samples
            let ratio = power(plain) / power(zip(noisy, plain).map { $0 - $1 })
            // Rounding of sums in 32 bits, largest where noise is softest.
            #expect(abs(10 * log10(ratio) - decibels) < 0.02)
        }
    }

    @Test("Noise is as often there as asked for")
    func noiseProbability() throws {
        let recording = samples.recording("a", "the", seconds: 0.1)
        let plain = try data([recording], .none).sound(0, epoch: 0).samples
        let data = try data([recording], SpeechAugmentation(noiseProbability: 0.25))
        let count = try (0..<400).count { try data.sound(0, epoch: $0).samples != plain }
        // 400 draws: 100 within five deviations of 8.7.
        #expect(abs(count - 100) < 44)
    }

    @Test("Noise falls with frequency as its slope says", arguments: [Float(0), 0.5, 1, 1.5, 2])
    func colours(slope: Float) {
        var random = RandomGenerator(seed: 3)
        let noise = BackgroundNoise.coloured(1 << 17, slope: slope, sampleRate: 16_000, using: &random)
        #expect(abs(noise.reduce(0, +) / Float(noise.count)) < 0.1 * power(noise).squareRoot())
        // Three octaves apart; the filters follow the slope within 2 dB.
        let fall = 10 * log10(power(noise, at: 200) / power(noise, at: 1_600))
        #expect(abs(fall - slope * 9.03) < 2.5)
    }

    @Test("Masks are bands of the frames' mean, as wide and many as allowed")
    func masks() {
        let augmentation = SpeechAugmentation(melMaskCount: 2, timeMaskCount: 2)
        let values = Sounds.noise(count: 100 * 80, amplitude: 1)
        let frames = Tensor(shape: [100, 80], values)
        let mean = values.reduce(0, +) / 8_000
        var (bandCounts, stretchCounts): (Set<Int>, Set<Int>) = ([], [])
        for seed in 0..<200 as Range<UInt64> {
            var masked = frames
            var random = RandomGenerator(seed: seed)
            augmentation.masks.apply(to: &masked, using: &random)
            let isMasked = zip(masked.values, values).map { $0 != $1 }
            #expect(zip(masked.values, isMasked).allSatisfy { !$1 || abs($0 - mean) < 1e-5 })
            let bins = (0..<80).filter { bin in (0..<100).allSatisfy { isMasked[$0 * 80 + bin] } }
            let stretches = (0..<100).filter { frame in isMasked[frame * 80..<(frame + 1) * 80].allSatisfy { $0 } }
            // Two bands of up to 10 bins, two stretches of up to 5 frames, and nothing else.
            #expect(bins.count <= 20 && stretches.count <= 10)
            #expect(isMasked.count { $0 } == bins.count * 100 + stretches.count * (80 - bins.count))
            bandCounts.insert(bins.count)
            stretchCounts.insert(stretches.count)
        }
        #expect(bandCounts.contains(0) && stretchCounts.contains(0))
        #expect((bandCounts.max() ?? 0) > 12 && (stretchCounts.max() ?? 0) > 6)
    }

    @Test("Without augmentation nothing changes")
    func none() throws {
        let recording = samples.noise("a", "the", count: 9_000)
        #expect(try data([recording], .none).sound(0, epoch: 8).samples == Sounds.noise(count: 9_000))
    }

    private func power(_ samples: [Float]) -> Float { samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count) }

    /// The mean power around a frequency, in Hz at 16 kHz: over blocks of 1024 samples and a third of an octave.
    private func power(_ samples: [Float], at frequency: Double) -> Float {
        var sum: Float = 0
        for step in -3...3 {
            let wave = Sounds.tone(
                frequency * (1 + 0.03 * Double(step)), sampleRate: 16_000, count: 1_024, amplitude: 1)
            for start in stride(from: 0, to: samples.count - 1_024, by: 1_024) {
                let product = (0..<1_024).reduce(Float(0)) { $0 + samples[start + $1] * wave[$1] * window($1) }
                sum += product * product
            }
        }
        return sum
    }

    /// A triangle over 1024 samples.
    private func window(_ index: Int) -> Float { 1 - abs(Float(index) - 511.5) / 512 }
}
