import TesseraAudio
import TesseraFiles
import TesseraTensor
import TestSupport
import Testing

@Suite struct Speech2TextTests {
    private static let folder = "speech2text"

    @Test("Features equal transformers' within 1e-3")
    func reference() throws {
        let json = try JSONObject.read(Fixtures.path("speech2text/preprocessor_config.json"))
        let features = Speech2TextFeatures(try Speech2TextSettings(json))
        let file = try Safetensors(Fixtures.path("speech2text/reference.safetensors"))
        let expected = try file.readTensor("input_features")
        let waveform = try file.readTensor("waveform").values
        let computed = features(waveform)
        #expect([1] + computed.shape == expected.shape)
        #expect(largestDifference(computed.values, expected.values) <= 1e-3)
        // In a batch with a shorter one, and from the recording on disk.
        let shorter = Array(waveform.prefix(waveform.count / 2))
        let batch = features([waveform, shorter])
        #expect(batch.features.shape == [2, computed.shape[0], computed.shape[1]])
        #expect(largestDifference(batch.features.values.prefix(computed.count), computed.values) == 0)
        let own = features(shorter)
        #expect(batch.frameCounts == [computed.shape[0], own.shape[0]])
        let second = batch.features.values.dropFirst(computed.count)
        #expect(largestDifference(second.prefix(own.count), own.values) == 0)
        #expect(second.dropFirst(own.count).allSatisfy { $0 == features.settings.paddingValue })
    }

    @Test(
        "Utterances of any length", arguments: [(0, 0), (1, 0), (399, 0), (400, 1), (559, 1), (560, 2), (16_000, 98)])
    func lengths(sampleCount: Int, frameCount: Int) {
        let features = Speech2TextFeatures()(Sounds.noise(count: sampleCount))
        #expect(features.shape == [frameCount, 80])
        #expect(features.values.allSatisfy { $0.isFinite })
    }

    @Test("Silence and a full-scale constant give zeros, not NaN", arguments: [0, 1] as [Float])
    func constant(value: Float) {
        let features = Speech2TextFeatures()([Float](repeating: value, count: 16_000))
        #expect(features.values.allSatisfy { $0 == 0 })
    }

    @Test("Each normalisation can be left out", arguments: [(true, false), (false, true), (false, false)])
    func normalisation(means: Bool, variances: Bool) throws {
        var settings = Speech2TextSettings()
        settings.normalizesMeans = means
        settings.normalizesVariances = variances
        let samples = Sounds.noise(count: 32_000)
        let values = Speech2TextFeatures(settings)(samples)
        let rows = values.shape[0]
        for bin in [0, 17, 79] {
            let column = (0..<rows).map { Double(values[$0, bin]) }
            let mean = column.reduce(0, +) / Double(rows)
            let variance = column.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(rows)
            #expect((abs(mean) < 1e-4) == means)
            #expect((abs(variance - 1) < 1e-3) == variances)
        }
    }
}
