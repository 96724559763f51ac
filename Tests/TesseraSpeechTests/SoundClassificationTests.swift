import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TesseraTransformer
import TestSupport
import Testing

/// Classifiers of sounds against what transformers computes of the same checkpoints: every folder of the fixtures whose model is one.
@Suite struct SoundClassificationTests {
    /// Of logits with a row a frame other tests know what to make.
    static let fixtures = Fixtures.models(ofTypes: AudioClassifier.supportedModelTypes) {
        $0.shape(of: "audio0.logits")?.count == 2
    }

    @Test func thereAreFixtures() { #expect(!Self.fixtures.isEmpty) }

    /// A model with its references.
    struct Case {
        let classifier: AudioClassifier
        var model: any SoundModel { classifier.model }
        let reference: Safetensors
        private let folder: String

        init(_ fixture: String, _ precision: Precision = .float32) throws {
            folder = Fixtures.path(fixture)
            classifier = try AudioClassifier(folder: folder, precision: precision)
            reference = try Safetensors(folder + "/reference.safetensors")
        }

        /// What is expected of each sound, with the sound.
        func sounds() throws -> [(name: String, recording: AudioFile, expected: JSONObject)] {
            try JSONObject.read(folder + "/expected.json").objects("sounds").map { sound in
                let file = try sound.string("file")
                return (String(file.prefix { $0 != "." }), try AudioFile("\(folder)/\(file)"), sound)
            }
        }
    }

    /// Samples equal those that soxr gives, and features differ by the order of sums.
    @Test(arguments: fixtures)
    func inputs(fixture: String) throws {
        let model = try Case(fixture)
        for (name, recording, _) in try model.sounds() {
            let samples = try recording.samples(at: model.model.sampleRate).read(upTo: 1 << 24)
            if model.reference.contains(name + ".waveform") {
                let wanted = try model.reference.readTensor(name + ".waveform")
                #expect(relativeError(Tensor(shape: [samples.count], samples), wanted) <= 1e-4)
            }
            let wanted = try model.reference.readTensor(name + ".input_values")
            #expect(relativeError(model.model.input(samples), wanted) <= 1e-4)
        }
    }

    @Test(arguments: fixtures)
    func logits(fixture: String) throws {
        let model = try Case(fixture)
        for (name, _, _) in try model.sounds() {
            let logits = model.model.logits(of: try model.reference.readTensor(name + ".input_values"))
            #expect(relativeError(logits, try model.reference.readTensor(name + ".logits")) <= 1e-4)
        }
    }

    /// Products of 16 bits; matrices as narrow as these keep them in int8 too.
    @Test(arguments: fixtures, [Precision.bfloat16, .int8])
    func logitsInFewerBits(fixture: String, precision: Precision) throws {
        let model = try Case(fixture, precision)
        for (name, _, _) in try model.sounds() {
            let logits = model.model.logits(of: try model.reference.readTensor(name + ".input_values"))
            #expect(relativeDistance(logits, try model.reference.readTensor(name + ".logits")) <= 5e-2)
        }
    }

    /// From files, at other rates too, to labels with their scores.
    @Test(arguments: fixtures)
    func labels(fixture: String) throws {
        let model = try Case(fixture)
        for (_, recording, expected) in try model.sounds() {
            let wanted = try expected.objects("labels")
            let sound = try model.classifier.classify(recording, topK: wanted.count)
            #expect(sound.predictions.map(\.label) == (try wanted.map { try $0.string("label") }))
            for (prediction, wanted) in zip(sound.predictions, wanted) {
                #expect(abs(Double(prediction.score) - (try wanted.number("score", in: 0...1))) <= 1e-4)
            }
            #expect(sound.windows == nil)
        }
    }

    private func sound(_ count: Int, rate: Int = 16_000, channels: Int = 1) throws -> AudioFile {
        let samples = Sounds.noise(count: count * channels)
        return try AudioFile(
            bytes: Sounds.wav(samples, sampleRate: rate, channelCount: channels), path: "noise.wav")
    }

    /// Each stretch is what it is by itself, and the recording the mean of all. What is left at the end counts from a frame on.
    @Test func windowsAreLabelledAlone() throws {
        let classifier = try AudioClassifier(folder: Fixtures.ownPath("ast"))
        let noise = Sounds.noise(count: 16_000 + 8_000 + 399)
        func file(_ range: Range<Int>) throws -> AudioFile {
            try AudioFile(bytes: Sounds.wav(Array(noise[range]), sampleRate: 16_000), path: "part.wav")
        }
        let whole = try classifier.classify(try file(0..<noise.count), window: 1, topK: 8)
        let windows = try #require(whole.windows)
        #expect(windows.map(\.start) == [0, 1] && windows[0].end == 1)
        #expect(windows[0].predictions == (try classifier.classify(try file(0..<16_000), topK: 8).predictions))
        #expect(
            windows[1].predictions == (try classifier.classify(try file(16_000..<noise.count), topK: 8).predictions))
        for prediction in whole.predictions {
            let logits = windows.map { window in
                window.predictions.first { $0.index == prediction.index }?.logit ?? .nan
            }
            #expect(abs(prediction.logit - (logits[0] + logits[1]) / 2) <= 1e-5)
        }
        #expect(abs(whole.predictions.reduce(0) { $0 + $1.score } - 1) <= 1e-5)
    }

    /// What is behind the model's window is not heard, and said not to be.
    @Test func longSoundsAreCut() throws {
        let classifier = try AudioClassifier(folder: Fixtures.ownPath("ast"))
        let most = 127 * 160 + 400
        #expect(classifier.windowDurations == 0.025...Double(most) / 16_000)
        #expect(try classifier.classify(try sound(most)).warnings.isEmpty)
        #expect(try classifier.classify(try sound(most + 1)).warnings.count == 1)
        #expect(
            try classifier.classify(try sound(most)).predictions
                == classifier.classify(try sound(3 * most)).predictions)
    }

    @Test(arguments: ["ast", "hubert-sounds"], [1, 399])
    func lessThanAFrameIsRefused(fixture: String, count: Int) throws {
        let classifier = try AudioClassifier(folder: Fixtures.ownPath(fixture))
        for window in [nil, 1.0] {
            let error = #expect(throws: FileError.self) { try classifier.classify(try sound(count), window: window) }
            #expect(error?.kind == .badData && error?.path == "noise.wav", "\(error as Any)")
        }
    }

    /// Waveforms are heard at any length up to five minutes.
    @Test func longWaveforms() throws {
        let classifier = try AudioClassifier(folder: Fixtures.ownPath("wav2vec2-sounds-weighted"))
        #expect(classifier.windowDurations == 0.025...300)
        let whole = try classifier.classify(try sound(21 * 16_000))
        #expect(whole.warnings.isEmpty && whole.predictions.count == 5)
        #expect(try classifier.classify(try sound(21 * 16_000), window: 10).windows?.count == 3)
    }

    @Test(arguments: ["ast", "wav2vec2-sounds"])
    func otherRatesChannelsAndSilence(fixture: String) throws {
        let classifier = try AudioClassifier(folder: Fixtures.ownPath(fixture))
        let silence = [Float](repeating: 0, count: 8_000)
        for file in [
            try sound(22_050, rate: 44_100, channels: 2), try sound(800, rate: 8_000),
            try AudioFile(bytes: Sounds.wav(silence, sampleRate: 16_000), path: "silence.wav"),
        ] {
            let predictions = try classifier.classify(file).predictions
            #expect(predictions.count == 5 && predictions.allSatisfy { $0.score.isFinite })
        }
    }
}

/// Folders of classifiers of sounds whose files contradict each other or themselves.
@Suite struct SoundRefusalTests {
    private func folder(
        _ file: String, _ key: String, _ value: String, of fixture: String = "ast"
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder(copying: fixture)
        let bytes = try InputFile(folder.file(file)).contents(limit: 1 << 20)
        folder.write(file, withMember(key, value, in: bytes))
        return folder
    }

    @Test(arguments: [
        ("config.json", "hidden_size", "33", "num_attention_heads"), ("config.json", "patch_size", "200", "patch_size"),
        ("config.json", "patch_size", "8", "position_embeddings"), ("config.json", "time_stride", "0", "time_stride"),
        ("config.json", "time_stride", "16", "position_embeddings"), ("config.json", "max_length", "129", "max_length"),
        ("config.json", "num_mel_bins", "64", "num_mel_bins"), ("config.json", "qkv_bias", "false", "unexpected"),
        ("config.json", "id2label", "{\"0\": \"a\"}", "classifier.dense"),
        ("config.json", "problem_type", "\"regression\"", "problem_type"),
        ("config.json", "architectures", "[\"ASTModel\"]", "ASTForAudioClassification"),
        ("config.json", "model_type", "\"vit\"", "model_type"),
        ("preprocessor_config.json", "std", "0", "std"), ("preprocessor_config.json", "max_length", "64", "max_length"),
        ("preprocessor_config.json", "feature_extractor_type", "\"WhisperFeatureExtractor\"", "feature_extractor_type"),
    ])
    func contradictionsAreNamed(file: String, key: String, value: String, says: String) throws {
        let folder = try folder(file, key, value)
        let error = #expect(throws: FileError.self) { _ = try AudioClassifier(folder: folder.path) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }

    @Test(arguments: [
        ("config.json", "use_weighted_layer_sum", "false", "unexpected: layer_weights"),
        ("config.json", "num_hidden_layers", "1", "layer_weights"),
        ("config.json", "classifier_proj_size", "21", "projector"),
        ("config.json", "id2label", "{\"0\": \"a\"}", "classifier"),
        ("config.json", "add_adapter", "true", "add_adapter"),
        ("config.json", "architectures", "[\"HubertForCTC\"]", "HubertForSequenceClassification"),
        ("preprocessor_config.json", "sampling_rate", "5", "sampling_rate"),
        ("preprocessor_config.json", "feature_extractor_type", "\"ASTFeatureExtractor\"", "feature_extractor_type"),
    ])
    func contradictionsOfWaveformsAreNamed(file: String, key: String, value: String, says: String) throws {
        let folder = try folder(file, key, value, of: "hubert-sounds")
        let error = #expect(throws: FileError.self) { _ = try AudioClassifier(folder: folder.path) }
        #expect(error?.kind == .badData && error.map { "\($0)".contains(says) } == true, "\(error as Any)")
    }

    /// Labels that do not exclude each other have a score each.
    @Test func severalLabelsAtOnce() throws {
        let folder = try folder("config.json", "problem_type", "\"multi_label_classification\"")
        let recording = try AudioFile(Fixtures.ownPath("ast/audio0.wav"))
        let several = try AudioClassifier(folder: folder.path).classify(recording, topK: 8).predictions
        let one = try AudioClassifier(folder: Fixtures.ownPath("ast")).classify(recording, topK: 8).predictions
        #expect(several.map(\.label) == one.map(\.label) && several.map(\.logit) == one.map(\.logit))
        #expect(several.allSatisfy { ($0.score > 0.5) == ($0.logit > 0) })
    }
}
