import TesseraFiles
import TesseraForecasting
import TesseraImage
import TesseraLayers
import TesseraSpeech
import TesseraTensor
import TesseraTraining
import TesseraVision
import TestSupport
import Testing

/// Whatever fails while a model is trained: an error names it, and the training goes on where it was, to the same bits.
@Suite struct TrainingFaultTests {
    private typealias Files = [String: [UInt8]]

    @Test(.ownProcess) func trainingsOnPictures() throws {
        let data = TemporaryFolder()
        for (label, value) in [("dark", 40 as UInt8), ("light", 200)] {
            for index in 0..<3 {
                let pixels = (0..<16 * 16 * 3).map { value &+ UInt8($0 * (index + 3) % 31) }
                data.write("data/\(label)/\(index).png", pngFile(width: 16, height: 16, pixels: pixels))
            }
        }
        data.write(
            "config.json",
            """
            {"model_type": "vit", "image_size": 16, "patch_size": 8, "hidden_size": 16, "num_attention_heads": 2,
             "num_hidden_layers": 1, "intermediate_size": 16}
            """)
        try expectNothingIsLost(in: [data.path]) { output, isStopped in
            let folder = try ClassFolder(pictures: data.file("data"))
            if let failure = folder.failures.first { throw failure }
            let classifier = try ClassifierFolder(config: data.file("config.json"), labels: folder.classes)
            // None is kept in memory: each batch is read anew, on a thread of its own.
            let pictures = try LabelledImages(
                folder.files, classCount: 2, processor: classifier.processor, seed: 1, memoryLimit: 0)
            var trainer = try Trainer(
                ImageClassification(), model: try classifier.initialModel(seed: 1), data: pictures,
                validation: pictures, settings: Self.settings, output: output)
            let result = try trainer.run(shouldStop: { isStopped })
            for name in ClassifierFolder.fileNames { removeLeftovers(of: name, in: output) }
            try classifier.write(result.model, to: output)
        }
    }

    @Test(.ownProcess) func trainingsOnSounds() throws {
        let data = TemporaryFolder()
        for (label, frequency) in [("low", 300.0), ("high", 2_000)] {
            for index in 0..<3 {
                let tone = Sounds.tone(frequency + 50 * Double(index), sampleRate: 16_000, count: 1_600)
                data.write("data/\(label)/\(index).wav", Sounds.wav(tone, sampleRate: 16_000))
            }
        }
        data.write(
            "config.json",
            """
            {"model_type": "audio-spectrogram-transformer", "hidden_size": 16, "num_hidden_layers": 1,
             "num_attention_heads": 2, "intermediate_size": 16, "num_mel_bins": 16, "max_length": 8, "patch_size": 8}
            """)
        try expectNothingIsLost(in: [data.path]) { output, isStopped in
            let folder = try ClassFolder(recordings: data.file("data"))
            if let failure = folder.failures.first { throw failure }
            var classifier = try SoundClassifierFolder(config: data.file("config.json"), labels: folder.classes)
            // None is kept in memory: each batch is read anew, on a thread of its own.
            let clips = try LabelledClips(
                reading: folder.files, settings: classifier.settings, seed: 1, memoryLimit: 0
            ).normalized()
            if let failure = clips.unreadable.first { throw failure }
            classifier.settings = clips.settings
            var trainer = try Trainer(
                SoundClassification(), model: try classifier.initialModel(seed: 1), data: clips, validation: clips,
                settings: Self.settings, output: output)
            let result = try trainer.run(shouldStop: { isStopped })
            for name in SoundClassifierFolder.fileNames { removeLeftovers(of: name, in: output) }
            try classifier.write(result.model, to: output)
        }
    }

    @Test(.ownProcess) func trainingsOnSeries() throws {
        let data = TemporaryFolder()
        data.write(
            "config.json",
            """
            {"architectures": ["ChronosBoltModelForForecasting"], "model_type": "t5", "vocab_size": 2, "d_model": 16,
             "d_kv": 4, "d_ff": 8, "num_heads": 2, "num_layers": 1, "num_decoder_layers": 1, "feed_forward_proj": "relu",
             "relative_attention_num_buckets": 8, "decoder_start_token_id": 0,
             "chronos_config": {"context_length": 48, "prediction_length": 8,
              "input_patch_size": 8, "input_patch_stride": 8, "quantiles": [0.1, 0.5, 0.9], "use_reg_token": true}}
            """)
        try expectNothingIsLost(in: [data.path]) { output, isStopped in
            let forecaster = try ForecasterFolder(config: data.file("config.json"))
            let windows = SyntheticWindows(sampleCount: 6, contextLength: 48, predictionLength: 8, seed: 1)
            let model: Trainable<ChronosBolt> = try forecaster.initialModel(seed: 1)
            var trainer = try Trainer(
                ChronosBolt.objective(Regularization(dropout: 0, stochasticDepth: 0)), model: model, data: windows,
                validation: windows, settings: Self.settings, output: output)
            let result = try trainer.run(shouldStop: { isStopped })
            for name in ForecasterFolder.fileNames { removeLeftovers(of: name, in: output) }
            try forecaster.write(result.model, to: output)
        }
    }

    /// Two epochs of a step each.
    private static let settings = {
        var settings = TrainingSettings()
        (settings.epochs, settings.batchSize, settings.seed) = (2, 6, 1)
        settings.optimizer = .sgd(SGD(momentum: 0.9))
        return settings
    }()

    /// A training that was stopped after its first step goes on; each call of that fails once, alone and with all behind it. On one
    /// thread beside that which makes the batches: what is compared is what failures leave, and nothing else.
    ///
    /// - Parameters:
    ///   - inputs: folders that are read.
    ///   - train: goes on with the training in a folder, up to the next step or to the end.
    private func expectNothingIsLost(in inputs: [String], _ train: (String, _ isStopped: Bool) throws -> Void) throws {
        try Threads(count: 1).run { try walk(inputs, train) }
    }

    private func walk(_ inputs: [String], _ train: (String, _ isStopped: Bool) throws -> Void) throws {
        let whole = TemporaryFolder()
        try train(whole.path, true)
        let begun = files(in: whole.path)
        try train(whole.path, false)
        let ended = files(in: whole.path)
        #expect(ended["model.safetensors"] != begun["model.safetensors"])
        for pattern in FaultPattern.allCases {
            var folder = TemporaryFolder()
            let count = try letEachCallFail(
                pattern, prepare: { folder = begun.written() }, { try train(folder.path, false) },
                check: { run in
                    let found = files(in: folder.path)
                    expectOldOrNew(found, begun, ended, run)
                    if let error = run.error {
                        let isNamed = (inputs + [folder.path]).contains { run.fileError?.path.hasPrefix($0) == true }
                        #expect(isNamed, "\(run): \(error)")
                    }
                    try train(folder.path, false)
                    expectEnded(files(in: folder.path), as: ended, run)
                })
            #expect(count > 100)
        }
    }

    private func expectOldOrNew(_ found: Files, _ begun: Files, _ ended: Files, _ run: FailedRun) {
        for name in ["model.safetensors", "config.json", "checkpoints/best.safetensors"] {
            #expect([begun[name], ended[name]].contains(found[name]), "\(run): \(name)")
        }
        // A snapshot that can be gone on from, whatever else.
        #expect(found.shown.keys.contains { $0.hasSuffix("/state.json") }, "\(run)")
    }

    private func expectEnded(_ found: Files, as ended: Files, _ run: FailedRun) {
        #expect(found["model.safetensors"] == ended["model.safetensors"], "\(run)")
        #expect(losses(found) == losses(ended), "\(run)")
        // Beside damaged-…, as a snapshot is called that could not be read.
        let hidden = found.keys.filter { found.shown[$0] == nil }
        #expect(run.error == nil || hidden.isEmpty, "\(run): \(hidden)")
    }

    /// The lines of metrics.jsonl without their times.
    private func losses(_ files: Files) -> [Substring] {
        String(decoding: files["metrics.jsonl"] ?? [], as: UTF8.self).split(separator: "\n").map { line in
            line.firstRange(of: #""seconds""#).map { line[..<$0.lowerBound] } ?? line
        }
    }
}
