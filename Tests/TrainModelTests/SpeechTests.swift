import TesseraAudio
import TesseraFiles
import TesseraSpeech
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whole trainings of a tiny transcriber.
@Suite(.serialized) struct SpeechTests {
    private let tones: Tones

    init() throws { tones = try Tones() }

    private func folder(_ name: String) -> String { tones.folder.file(name) }

    @Test("A trained folder writes down what it learned, with its error rates at the end")
    func fromScratch() throws {
        let outcome = try trainModel(
            tones.arguments(
                output: "out", "--validation-data", folder("tones.jsonl"), "--epochs", "30", "--batch-size", "4",
                "--learning-rate", "2e-3", "--augment", "none", "--full-windows", "1", "--average", "0.9"))
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains("100.00 % right in validation"), "\(outcome)")
        #expect(
            outcome.output.hasSuffix(
                "word error rate 0.00 %, character error rate 0.00 %, of 16 recordings\n"), "\(outcome)")
        let names = [
            "config.json", "generation_config.json", "metrics.jsonl", "model.safetensors", "preprocessor_config.json",
            "tokenizer.json", "tokenizer_config.json", "training.json",
        ]
        #expect(folderContents(folder("out")) == names)
        let transcriber = try Transcriber(folder: folder("out"))
        for word in ["low", "high"] {
            var options = TranscriptionOptions()
            (options.language, options.timestamps) = ("en", .none)
            let text = try transcriber.transcribe(AudioFile(folder("clips/\(word)0.wav")), options).text
            #expect(text == " " + word)
        }
        let again = try trainModel(tones.arguments(output: "out", "--validation-data", folder("tones.jsonl")))
        #expect(again.code == 73 && again.isOneLineOfError, "\(again)")  // other settings
    }

    @Test("Fine-tuning with a frozen encoder leaves the encoder, its convolutions and positions as they were")
    func fineTuning() throws {
        let outcome = try trainModel([
            "speech", "--data", folder("tones.jsonl"), "--from", Fixtures.ownPath("whisper"), "--output",
            folder("tuned"), "--epochs", "2", "--learning-rate", "1e-3", "--average", "0", "--freeze", "encoder",
            "--join", "3",
        ])
        #expect(outcome.code == 0, "\(outcome)")
        let tuned = try Safetensors(folder("tuned/model.safetensors"))
        let original = try Safetensors(Fixtures.ownPath("whisper/model.safetensors"))
        #expect(Set(tuned.names) == Set(original.names))
        for name in original.names {
            let (after, before) = (try tuned.readTensor(name), try original.readTensor(name))
            #expect(after.shape == before.shape && (after == before) == name.hasPrefix("model.encoder."), "\(name)")
        }
    }

    @Test("Killed and started again, a training ends as one that ran through")
    func kills() throws {
        let options = ["--epochs", "6", "--batch-size", "4", "--threads", "2", "--quiet", "--join", "2"]
        let whole = try trainModel(tones.arguments(output: "whole") + options)
        #expect(whole.code == 0, "\(whole)")
        for lines in [5, 14] {
            let command = try RunningCommand("train-model", tones.arguments(output: "parts") + options)
            try command.wait { losses(folder("parts")).count >= lines }
            command.send(signal: SIGKILL)
            #expect(try command.outcome().code == -1)
        }
        let last = try trainModel(tones.arguments(output: "parts") + options)
        #expect(last.code == 0, "\(last)")
        #expect(losses(folder("parts")) == losses(folder("whole")))
        let models = ["parts", "whole"].map {
            try? InputFile(folder($0 + "/model.safetensors")).contents(limit: 1 << 24)
        }
        #expect(models[0] != nil && models[0] == models[1])
    }

    /// A file that is damaged, one that is absent, a text that is none, a model of another kind.
    @Test func refusals() throws {
        func refusal(_ code: Int32, _ file: String, _ words: String, _ others: String...) throws {
            let outcome = try trainModel(tones.arguments(output: "out") + others)
            #expect(outcome.code == code, "\(outcome)")
            #expect(outcome.errors.contains(folder(file) + ": ") && outcome.errors.contains(words), "\(outcome)")
            #expect(outcome.output.isEmpty && !tones.folder.contents.contains("out"), "\(outcome)")
        }
        tones.folder.write("clips/low0.wav", "no recording")
        try refusal(65, "clips/low0.wav", "1 of 16 recordings cannot be read; --skip-unreadable goes without them")
        let skipped = try trainModel(
            tones.arguments(output: "skipped", "--skip-unreadable", "--epochs", "1", "--transcribe", "0"))
        #expect(skipped.code == 0 && skipped.errors.contains("1 of 16 recordings are left out"), "\(skipped)")

        // A whole text is not learnt from a part of its recording.
        let whole = try InputFile(folder("clips/low1.wav")).contents(limit: 1 << 20)
        tones.folder.write("clips/low0.wav", Array(whole.dropLast(100)))
        try refusal(65, "clips/low0.wav", "truncated: ")

        tones.folder.write("tones.jsonl", #"{"audio": "clips/low1.wav", "text": 3}"#)
        try refusal(65, "tones.jsonl", "line 1")
        tones.folder.write("tones.jsonl", "")
        try refusal(65, "tones.jsonl", "")
        let absent = try trainModel([
            "speech", "--data", folder("absent.tsv"), "--config", folder("new"), "--output", folder("out"),
        ])
        #expect(absent.code == 66 && absent.isOneLineOfError, "\(absent)")
        let elsewhere = try trainModel([
            "speech", "--data", folder("tones.jsonl"), "--config", folder("new/tokenizer.json"), "--output",
            folder("out"),
        ])
        #expect(elsewhere.code == 66 && elsewhere.isOneLineOfError && elsewhere.errors.contains("config.json"))
        let other = try trainModel([
            "speech", "--data", folder("tones.jsonl"), "--from", Fixtures.ownPath("speech2text"), "--output",
            folder("out"),
        ])
        #expect(other.code == 65 && other.isOneLineOfError && other.errors.contains("model_type"), "\(other)")
    }
}
