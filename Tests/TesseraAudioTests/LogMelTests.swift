import TesseraAudio
import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct LogMelTests {
    static let cases: [String] = {
        let names = try! Safetensors(Fixtures.path("log-mel/reference.safetensors")).names
        return names.filter { $0.hasSuffix(".waveform") }.map { String($0.dropLast(".waveform".count)) }
    }()

    /// The largest difference to `[melBins, frames]`, as the reference has it.
    private func difference(_ features: Tensor, _ expected: Tensor) -> Float {
        let transposed = expected.transposed()
        guard features.shape == transposed.shape else { return .infinity }
        return largestDifference(features.values, transposed.values)
    }

    @Test("Features of one window equal the reference within 1e-4", arguments: cases)
    func reference(name: String) throws {
        let file = try Safetensors(Fixtures.path("log-mel/reference.safetensors"))
        let expected = try file.readTensor(name + ".log_mel")
        let samples = try file.readTensor(name + ".waveform").values
        var settings = LogMelSettings()
        settings.melBinCount = expected.shape[0]
        // Each waveform was filled up to whole seconds.
        let seconds = (samples.count + settings.sampleRate - 1) / settings.sampleRate
        let features = LogMelSpectrogram(settings)(samples, sampleCount: seconds * settings.sampleRate)
        #expect(difference(features, expected) <= 1e-4)
    }

    @Test("Mel filters equal the reference within 1e-8", arguments: cases)
    func filters(name: String) throws {
        let expected = try Safetensors(Fixtures.path("log-mel/reference.safetensors")).readTensor(name + ".mel_filters")
        var settings = LogMelSettings()
        settings.melBinCount = expected.shape[1]
        let filters = LogMelSpectrogram(settings).filters
        #expect(filters.frequencyCount == expected.shape[0])
        let dense = (0..<filters.frequencyCount).flatMap { frequency in
            (0..<filters.melBinCount).map { filters[frequency, $0] }
        }
        #expect(largestDifference(dense, expected.values) <= 1e-8)
    }

    @Test("Features of Whisper's fixture, by its settings, within 1e-4")
    func whisper() throws {
        let settings = try LogMelSettings(JSONObject.read(Fixtures.path("whisper/preprocessor_config.json")))
        let file = try Safetensors(Fixtures.path("whisper/reference.safetensors"))
        let expected = try file.readTensor("input_features")
        let features = LogMelSpectrogram(settings)(try file.readTensor("waveform").values)
        #expect(difference(features, expected.reshaped(Array(expected.shape.dropFirst()))) <= 1e-4)
        // The recording on disk holds the same, rounded to 16 bits.
        let recording = try samples(AudioFile(Fixtures.path("whisper/audio.wav")), at: settings.sampleRate)
        #expect(largestDifference(recording, try file.readTensor("waveform").values) <= 1 / 32768)
    }

    @Test(
        "Signals of any length are filled up or cut to a window",
        arguments: [1, 100, 399, 400, 16_000, 480_000, 500_000])
    func lengths(count: Int) throws {
        let spectrogram = LogMelSpectrogram()
        let samples = Sounds.noise(count: count)
        let features = spectrogram(samples)
        #expect(features.shape == [3000, 80])
        #expect(features.values.allSatisfy { $0.isFinite })
        // What the window holds decides, not how it came to be filled up.
        let padded = Array((samples + [Float](repeating: 0, count: 480_000)).prefix(480_000))
        #expect(largestDifference(features.values, spectrogram(padded).values) == 0)
    }

    @Test("Silence is flat")
    func silence() {
        let features = LogMelSpectrogram()([Float](repeating: 0, count: 16_000))
        #expect(features.values.allSatisfy { abs($0 + 1.5) < 1e-5 })
    }

    @Test("The loudest samples that are accepted stay finite")
    func loud() {
        let features = LogMelSpectrogram()(Sounds.noise(count: 16_000, amplitude: 1e10))
        #expect(features.values.allSatisfy { $0.isFinite })
    }

    @Test("The logarithm is right within 2e-7 of the result or 1e-7")
    func logarithm() {
        for exponent in stride(from: -33 as Float, through: 120, by: 0.37) {
            var x = SIMD8<Float>()
            for lane in 0..<8 { x[lane] = exp2(exponent) * (1 + Float(lane) / 8) }
            let y = logarithm2(x)
            for lane in 0..<8 {
                let expected = log2(Double(x[lane]))
                #expect(abs(Double(y[lane]) - expected) <= max(2e-7 * abs(expected), 1e-7))
            }
        }
    }
}
