import TesseraAudio
import TesseraFiles
import TestSupport
import Testing

@Suite struct SettingsTests {
    private func logMel(_ text: String) throws(FileError) -> LogMelSettings {
        try LogMelSettings(JSONObject(bytes: Array(text.utf8), path: "p.json"))
    }

    @Test("What is left out is as published, and what can be derived is not believed")
    func defaults() throws {
        #expect(try logMel("{}") == LogMelSettings())
        let large = try logMel(
            #"{"feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 128, "chunk_length": 5, "dither": 0.0,"#
                + #""n_samples": 7, "nb_max_frames": -1, "mel_filters": [[0.5]], "processor_class": "WhisperProcessor"}"#
        )
        #expect(large.melBinCount == 128 && large.windowSampleCount == 80_000 && large.windowFrameCount == 500)
        let json = try JSONObject(bytes: Array("{}".utf8), path: "p.json")
        #expect(try Speech2TextSettings(json) == Speech2TextSettings())
    }

    @Test(
        "What cannot be honoured is refused by name",
        arguments: [
            (#"{"feature_size": 0}"#, "feature_size"), (#"{"feature_size": 1e9}"#, "feature_size"),
            (#"{"feature_size": "80"}"#, "feature_size"), (#"{"hop_length": 0}"#, "hop_length"),
            (#"{"hop_length": 1.5}"#, "hop_length"), (#"{"hop_length": 401}"#, "hop_length"),
            (#"{"n_fft": 1}"#, "n_fft"), (#"{"n_fft": 1000000000}"#, "n_fft"),
            (#"{"chunk_length": 0}"#, "chunk_length"),
            (#"{"chunk_length": 3600}"#, "chunk_length"), (#"{"chunk_length": 1e18}"#, "chunk_length"),
            (#"{"hop_length": 1, "chunk_length": 600}"#, "chunk_length"), (#"{"sampling_rate": 999}"#, "sampling_rate"),
            (#"{"sampling_rate": 1000, "n_fft": 1000, "chunk_length": 1}"#, "chunk_length"),
            (#"{"padding_value": 5}"#, "padding_value"), (#"{"dither": 0.1}"#, "dither"),
            (#"{"do_normalize": true}"#, "do_normalize"), (#"{"padding_side": "left"}"#, "padding_side"),
            (#"{"feature_extractor_type": "Speech2TextFeatureExtractor"}"#, "feature_extractor_type"),
            (#"{"auto_map": {}}"#, "auto_map"),
        ])
    func refuses(settings: String, key: String) throws {
        let error = try #require(throws: FileError.self) { try logMel(settings) }
        #expect(error.kind == .badData)
        #expect(error.description.hasPrefix("p.json: ") && error.description.contains(key), "\(error)")
    }

    @Test(
        "Speech2Text's too",
        arguments: [
            (#"{"num_mel_bins": 3}"#, "num_mel_bins"), (#"{"feature_size": 40}"#, "feature_size"),
            (#"{"sampling_rate": null, "normalize_means": 1}"#, "normalize_means"), (#"{"dither": 4}"#, "dither"),
            (#"{"do_ceptral_normalize": "yes"}"#, "do_ceptral_normalize"),
            (#"{"feature_extractor_type": "WhisperFeatureExtractor"}"#, "feature_extractor_type"),
        ])
    func refusesSpeech2Text(settings: String, key: String) throws {
        let error = try #require(throws: FileError.self) {
            try Speech2TextSettings(JSONObject(bytes: Array(settings.utf8), path: "p.json"))
        }
        #expect(error.kind == .badData && error.description.contains(key), "\(error)")
    }

    @Test("Any transform works", arguments: [(2, 1), (7, 3), (401, 160), (512, 128), (1021, 500)])
    func transforms(size: Int, hop: Int) throws {
        var settings = LogMelSettings()
        (settings.transformSize, settings.hopLength, settings.chunkLength) = (size, hop, 1)
        let features = LogMelSpectrogram(settings)(Sounds.noise(count: 16_000))
        #expect(features.shape == [16_000 / hop, 80])
        #expect(features.values.allSatisfy { $0.isFinite })
    }
}
