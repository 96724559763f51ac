import TesseraAudio
import TesseraFiles
import TesseraLayers
import TesseraSpeech
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whole trainings of a tiny classifier of sounds, which tells tones that rise from tones that fall.
@Suite(.serialized) struct SoundTests {
    private let folder = TemporaryFolder()
    private static let rate = 16_000

    init() {
        var random = SplitMix(state: 1)  // the same recordings in every run
        for index in 0..<12 {
            for (name, isRising) in [("falling", false), ("rising", true)] {
                let low = 300 + Double(random.next() % 300)
                let samples = Self.glide(from: isRising ? low : 3 * low, to: isRising ? 3 * low : low)
                folder.write("data/\(name)/\(index).wav", Sounds.wav(samples, sampleRate: Self.rate))
            }
        }
        folder.write(
            "config.json",
            """
            {"model_type": "audio-spectrogram-transformer", "hidden_size": 16, "num_hidden_layers": 2,
             "num_attention_heads": 2, "intermediate_size": 32, "num_mel_bins": 32, "max_length": 40, "patch_size": 8,
             "frequency_stride": 8, "time_stride": 6}
            """)
    }

    /// 0.3 to 0.4 seconds of a tone whose frequency glides.
    private static func glide(from: Double, to: Double) -> [Float] {
        let count = 5_600
        var phase = 0.0
        return (0..<count).map { index in
            phase += 2 * Double.pi * (from + (to - from) * Double(index) / Double(count)) / Double(rate)
            return Float(0.4 * sin(phase))
        }
    }

    private func arguments(_ output: String, _ others: String...) -> [String] {
        ["sound", "--data", folder.file("data"), "--output", folder.file(output)] + others
    }

    private var config: [String] { ["--config", folder.file("config.json")] }

    @Test func fromScratchAndOn() throws {
        let outcome = try trainModel(
            arguments("out", "--epochs", "40", "--batch-size", "8", "--learning-rate", "3e-3", "--average", "0.9")
                + config
                + ["--validation-fraction", "0.25"])
        #expect(
            outcome.code == 0 && outcome.output.hasPrefix("\(folder.file("out")): 100.00 % right"), "\(outcome)")
        let names = ["config.json", "metrics.jsonl", "model.safetensors", "preprocessor_config.json", "training.json"]
        #expect(folderContents(folder.file("out")) == names)
        let classifier = try AudioClassifier(folder: folder.file("out"))
        #expect(classifier.labels == ["falling", "rising"])
        for label in classifier.labels {
            let recording = try AudioFile(folder.file("data/\(label)/0.wav"))
            #expect(try classifier.classify(recording).predictions[0].label == label)
        }
        // Spectrograms are normalised by what was learned from, not as AudioSet's.
        let settings = try SpectrogramWindowSettings(JSONObject.read(folder.file("out/preprocessor_config.json")))
        #expect(settings.frameCount == 40 && settings.melBinCount == 32)
        #expect(settings.mean != SpectrogramWindowSettings().mean)
        try fineTune(settings)
    }

    /// On from there: three classes, all frozen but the head, and the same settings.
    private func fineTune(_ settings: SpectrogramWindowSettings) throws {
        for index in 0..<4 {
            let noise = Sounds.noise(count: 5_600, seed: UInt64(index + 1))
            folder.write("data/hiss/\(index).wav", Sounds.wav(noise, sampleRate: Self.rate))
        }
        let outcome = try trainModel(
            arguments(
                "tuned", "--from", folder.file("out"), "--epochs", "2", "--average", "0", "--precision", "bf16",
                "--freeze", "encoder", "patchEmbedding", "positions", "classToken", "distillationToken", "headNorm"))
        #expect(outcome.code == 0, "\(outcome)")
        let (after, before) = (
            try Safetensors(folder.file("tuned/model.safetensors")),
            try Safetensors(folder.file("out/model.safetensors"))
        )
        #expect(Set(after.names) == Set(before.names))
        #expect(try after.readTensor("classifier.dense.weight").shape[0] == 3)
        for name in before.names where !name.hasPrefix("classifier.dense") {
            #expect(try after.readTensor(name) == before.readTensor(name), "\(name)")
        }
        let tuned = try SpectrogramWindowSettings(JSONObject.read(folder.file("tuned/preprocessor_config.json")))
        #expect(tuned == settings)
        #expect(try AudioClassifier(folder: folder.file("tuned")).labels == ["falling", "hiss", "rising"])
    }

    @Test("Killed and started again, a training ends as one that ran through")
    func kills() throws {
        let options = config + ["--epochs", "10", "--batch-size", "8", "--threads", "2", "--quiet"]
        let whole = try trainModel(arguments("whole") + options)
        #expect(whole.code == 0, "\(whole)")
        let steps = losses(folder.file("whole")).count
        for part in 1...2 {
            let command = try RunningCommand("train-model", arguments("parts") + options)
            try command.wait { losses(folder.file("parts")).count >= steps * part / 3 }
            command.send(signal: SIGKILL)
            _ = try command.outcome()
        }
        let last = try trainModel(arguments("parts") + options)
        #expect(last.code == 0, "\(last)")
        #expect(losses(folder.file("parts")) == losses(folder.file("whole")))
        for name in ["model.safetensors", "preprocessor_config.json"] {
            let files = ["parts", "whole"].map {
                try? InputFile(folder.file("\($0)/\(name)")).contents(limit: 1 << 24)
            }
            #expect(files[0] != nil && files[0] == files[1])
        }
    }

    @Test func damagedRecordingsAreListed() throws {
        folder.write("data/rising/broken.wav", "no sound")
        folder.write("data/falling/short.wav", Sounds.wav([0.5], sampleRate: Self.rate))
        let refused = try trainModel(arguments("refused", "--epochs", "1") + config)
        #expect(refused.code == 65 && refused.errors.contains("rising/broken.wav: "), "\(refused)")
        #expect(refused.errors.contains("falling/short.wav: is shorter than 0.025 seconds"), "\(refused)")
        #expect(refused.errors.contains("2 of 26 recordings cannot be read; --skip-unreadable"), "\(refused)")
        #expect(!folder.contents.contains("refused"))
        let skipped = try trainModel(arguments("skipped", "--epochs", "1", "--skip-unreadable") + config)
        #expect(skipped.code == 0 && skipped.errors.contains("2 of 26 recordings are left out"), "\(skipped)")
    }

    @Test func oneClassIsNone() throws {
        let recording = try InputFile(folder.file("data/rising/0.wav")).contents(limit: 1 << 20)
        folder.write("single/rising/0.wav", recording)
        folder.write("empty/rising/0.wav", recording)
        folder.write("empty/falling/notes.txt", "x")
        folder.write("others/rising/0.wav", recording)
        folder.write("others/trill/0.wav", recording)
        for (data, place, cause) in [
            ("single", "single", "one class only, 'rising'"),
            ("empty", "empty/falling", "the class has no recordings, but 1 file of another kind"),
            ("none", "none", "does not exist"),
        ] {
            let outcome = try trainModel(
                ["sound", "--data", folder.file(data), "--output", folder.file("refused")] + config)
            #expect([65, 66].contains(outcome.code) && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix("\(folder.file(place)): "), "\(outcome)")
            #expect(outcome.errors.contains(cause), "\(outcome)")
        }
        let outcome = try trainModel(arguments("refused", "--validation-data", folder.file("others")) + config)
        #expect(outcome.code == 65 && outcome.errors.contains("trill: the training has no class"), "\(outcome)")
    }

    @Test(arguments: [
        ("model_type", "\"wav2vec2\"", "but not trained"), ("model_type", "\"vit\"", "model_type"),
        ("patch_size", "50", "patch_size"), ("num_attention_heads", "5", "num_attention_heads"),
        ("time_stride", "0", "time_stride"), ("auto_map", "{}", "auto_map"),
    ])
    func configurationsAreRefusedByName(key: String, value: String, says: String) throws {
        let bytes = try InputFile(folder.file("config.json")).contents(limit: 1 << 20)
        folder.write("config.json", withMember(key, value, in: bytes))
        let outcome = try trainModel(arguments("refused") + config)
        #expect(outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.contains(says), "\(outcome)")
    }

    @Test(arguments: [
        ["sound"], ["sound", "--data", "d", "--output", "o"],
        ["sound", "--data", "", "--output", "o", "--config", "c"],
        ["sound", "--data", "d", "--output", "o", "--config", "c", "--augment", "strong"],
        ["sound", "--data", "d", "--output", "o", "--config", "c", "--label-smoothing", "1"],
        ["sound", "--data", "d", "--output", "o", "--config", "c", "--dropout", "1"],
        ["sound", "--data", "d", "--output", "o", "--config", "c", "--stochastic-depth", "1"],
        ["sound", "--data", "d", "--output", "o", "--config", "c", "--precision", "int8"],
        [
            "sound", "--data", "d", "--output", "o", "--config", "c", "--validation-data", "v",
            "--validation-fraction", "0.5",
        ],
    ])
    func usage(arguments: [String]) throws {
        let outcome = try trainModel(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError, "\(outcome)")
    }
}
