import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

@Suite struct SpeechSweepTests {
    @Test func everyDamagedSpeechModelIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for (name, files) in [
                ("speech2text", ["config.json", "generation_config.json", "preprocessor_config.json"]),
                (
                    "wav2vec2-ctc-base",
                    ["config.json", "preprocessor_config.json", "tokenizer_config.json", "vocab.json"]
                ),
                ("hubert-ctc", ["config.json", "added_tokens.json"]),
                ("whisper", ["config.json", "generation_config.json", "tokenizer_config.json"]),
            ] {
                let folder = try TemporaryFolder(copying: name)
                // A tokenizer that fits takes most of the time of a load.
                for file in files { try folder.sweep(file, changes: 250) { _ = try Transcriber(folder: $0) } }
            }
        }
    }

    @Test func everyDamagedModelOfSoundsIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in ["ast", "wav2vec2-sounds-weighted"] {
                let folder = try TemporaryFolder(copying: name)
                for file in ["config.json", "preprocessor_config.json"] {
                    try folder.sweep(file, changes: 300) { _ = try AudioClassifier(folder: $0) }
                }
            }
        }
    }

    @Test func everyDamagedDetectorIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            let folder = try TemporaryFolder(copying: "speech-detector")
            for file in ["config.json", "model.safetensors"] {
                try folder.sweep(file, changes: 500, isText: file == "config.json") {
                    _ = try SpeechDetector(folder: $0)
                }
            }
        }
    }

    @Test func everyDamagedManifestOfRecordingsIsReadOrRefused() throws {
        try DamageSweep.inOwnProcess {
            for name in folderContents(Fixtures.ownPath("manifests")) {
                let bytes = try InputFile(Fixtures.ownPath("manifests/" + name)).contents(limit: 1 << 16)
                try DamageSweep.run(name, bytes, changes: 3000, isText: true) { damaged in
                    _ = try SpeechManifest(bytes: damaged, path: name)
                }
            }
            let stretches =
                #"{"audio": "a.wav", "speech": [{"start": 0.5, "end": 1}, {"start": 1, "end": 2.5}]}"# + "\n"
            try DamageSweep.run("stretches.jsonl", Array(stretches.utf8), changes: 3000, isText: true) { damaged in
                _ = try DetectorManifest(bytes: damaged, path: "stretches.jsonl")
            }
        }
    }
}
