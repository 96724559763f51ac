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

/// Whole trainings of a tiny detector, for which high tones are speech and low ones are not.
@Suite(.serialized) struct SpeechDetectorTests {
    private let folder = TemporaryFolder()
    private static let rate = 16_000

    init() {
        var random = SplitMix(state: 1)  // the same recordings in every run
        var lines = ""
        for index in 0..<16 {
            let start = Double(random.next() % 10 + 5) / 10
            let end = start + Double(random.next() % 10 + 5) / 10
            folder.write("clips/\(index).wav", Sounds.wav(Self.sound(from: start, to: end), sampleRate: Self.rate))
            lines += #"{"audio": "clips/\#(index).wav", "speech": [{"start": \#(start), "end": \#(end)}]}"# + "\n"
        }
        folder.write("tones.jsonl", lines)
        folder.write(
            "config.json",
            """
            {"model_type": "speech-detector", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
             "intermediate_size": 32, "num_mel_bins": 40, "frames_per_token": 4, "max_position_embeddings": 50,
             "past_tokens": 10, "future_tokens": 5}
            """)
    }

    /// Three seconds of a low tone, save for a high one between two times.
    private static func sound(from start: Double, to end: Double) -> [Float] {
        let (low, high) = (
            Sounds.tone(200, sampleRate: rate, count: 3 * rate), Sounds.tone(1_800, sampleRate: rate, count: 3 * rate)
        )
        return low.indices.map {
            Double($0) / Double(rate) >= start && Double($0) / Double(rate) < end ? high[$0] : low[$0]
        }
    }

    private func train(_ output: String, _ others: String...) throws -> Outcome {
        try trainModel(
            ["speech-detector", "--data", folder.file("tones.jsonl"), "--output", folder.file(output)] + others)
    }

    @Test func whatWasLearnedIsFound() throws {
        let outcome = try train(
            "out", "--config", folder.file("config.json"), "--validation-data", folder.file("tones.jsonl"), "--epochs",
            "60", "--batch-size", "4", "--learning-rate", "5e-3", "--average", "0.9")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.output.contains(" % of frames wrong: "), "\(outcome)")
        let samples = Self.sound(from: 1, to: 2)
        let recording = try AudioFile(bytes: Sounds.wav(samples, sampleRate: Self.rate), path: "tones")
        let stretches = try SpeechDetector(folder: folder.file("out")).speech(in: recording)
        #expect(stretches.count == 1)
        #expect(abs((stretches.first?.start ?? 0) - 1) < 0.15 && abs((stretches.first?.end ?? 0) - 2) < 0.15)

        // On from there, with its first block as it is.
        let tuned = try train("tuned", "--from", folder.file("out"), "--epochs", "1", "--freeze", "encoder.blocks.0")
        #expect(tuned.code == 0, "\(tuned)")
        let (after, before) = (
            try Safetensors(folder.file("tuned/model.safetensors")),
            try Safetensors(folder.file("out/model.safetensors"))
        )
        #expect(Set(after.names) == Set(before.names))
        for name in before.names where name.hasPrefix("encoder.layer.0.") {
            #expect(try after.readTensor(name) == before.readTensor(name), "\(name)")
        }
    }

    @Test("Killed and started again, a training ends as one that ran through")
    func kills() throws {
        let options = ["--config", folder.file("config.json"), "--epochs", "8", "--batch-size", "4", "--quiet"]
        let arguments = { (output: String) in
            ["speech-detector", "--data", folder.file("tones.jsonl"), "--output", folder.file(output)] + options
        }
        let whole = try trainModel(arguments("whole"))
        #expect(whole.code == 0, "\(whole)")
        let command = try RunningCommand("train-model", arguments("parts"))
        try command.wait { folderContents(folder.file("parts/checkpoints")).count >= 2 }
        command.send(signal: SIGKILL)
        _ = try command.outcome()
        let last = try trainModel(arguments("parts"))
        #expect(last.code == 0, "\(last)")
        let models = ["parts", "whole"].map {
            try? InputFile(folder.file($0 + "/model.safetensors")).contents(limit: 1 << 24)
        }
        #expect(models[0] != nil && models[0] == models[1])
    }

    static let mistakes = [
        (#"{"audio": "clips/0.wav"}"#, "speech"), (#"{"speech": []}"#, "audio"), ("three", "line 1"),
        (#"{"audio": "clips/0.wav", "speech": [{"start": 2, "end": 1}]}"#, "before the start"),
        (#"{"audio": "clips/0.wav", "speech": [{"start": 0, "end": 2}, {"start": 1, "end": 3}]}"#, "stretch before"),
        (#"{"audio": "clips/0.wav", "speech": [{"start": -1, "end": 2}]}"#, "start"),
        (#"{"audio": "clips/none.wav", "speech": []}"#, "none.wav"), ("", "names no recordings"),
    ]

    @Test(arguments: mistakes)
    func mistakesInTheManifestAreNamed(line: String, cause: String) throws {
        folder.write("wrong.jsonl", line + "\n")
        let outcome = try trainModel([
            "speech-detector", "--data", folder.file("wrong.jsonl"), "--config", folder.file("config.json"), "--output",
            folder.file("refused"),
        ])
        #expect([65, 66].contains(outcome.code) && outcome.errors.contains(cause), "\(outcome)")
    }

    @Test(arguments: [
        ("num_attention_heads", "5"), ("past_tokens", "48"), ("model_type", "\"whisper\""), ("num_mel_bins", "0"),
        ("frames_per_token", "1000"), ("hidden_act", "\"softplus\""), ("auto_map", "{}"),
    ])
    func configurationsAreRefusedByName(key: String, value: String) throws {
        let config = try JSONObject.read(folder.file("config.json"))
        var json = JSONWriter()
        json.object { json in
            for member in config.members where member.name != key { json.write(member.value, for: member.name) }
        }
        let text = String(decoding: try json.finish(path: "config.json"), as: UTF8.self)
        folder.write("odd.json", "{\"\(key)\": \(value), " + text.dropFirst())
        let outcome = try trainModel([
            "speech-detector", "--data", folder.file("tones.jsonl"), "--config", folder.file("odd.json"), "--output",
            folder.file("refused"),
        ])
        #expect(outcome.code == 65 && outcome.errors.contains(key), "\(outcome)")
    }
}
