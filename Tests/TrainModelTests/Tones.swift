import TesseraFiles
import TestSupport

/// Recordings to learn from in seconds: a low tone is the word "low", a high one is "high"; and the folder of a new model, of a
/// fixture's sizes and tokenizer.
struct Tones {
    let folder = TemporaryFolder()

    /// - Parameter count: of each word.
    init(count: Int = 8) throws {
        var random = SplitMix(state: 1)  // the same recordings in every run
        var lines = ""
        for index in 0..<count {
            for (word, frequency) in [("low", 300.0), ("high", 1_500)] {
                let frequency = frequency * (1 + 0.1 * Double(random.next() % 100) / 100)
                let samples = Sounds.tone(frequency, sampleRate: 16_000, count: 8_000 + Int(random.next() % 4_000))
                folder.write("clips/\(word)\(index).wav", Sounds.wav(samples, sampleRate: 16_000))
                lines += #"{"audio": "clips/\#(word)\#(index).wav", "text": "\#(word)", "language": "en"}"# + "\n"
            }
        }
        folder.write("tones.jsonl", lines)
        for name in ["config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"] {
            folder.write("new/" + name, try InputFile(Fixtures.ownPath("whisper/" + name)).contents(limit: 1 << 24))
        }
        // The fixture suppresses tokens that these words begin with.
        let generation = try JSONObject.read(Fixtures.ownPath("whisper/generation_config.json"))
        var json = JSONWriter()
        json.object { json in
            for member in generation.members where !member.name.hasSuffix("suppress_tokens") {
                json.write(member.value, for: member.name)
            }
            json.array("begin_suppress_tokens") { _ in }
        }
        folder.write("new/generation_config.json", try json.finish(path: "generation_config.json"))
    }

    /// The arguments of a training of all this.
    func arguments(output: String, _ others: String...) -> [String] {
        [
            "speech", "--data", folder.file("tones.jsonl"), "--config", folder.file("new"), "--output",
            folder.file(output),
        ] + others
    }
}
