import TesseraFiles
import TesseraLanguage
import TestSupport
import Testing

/// Whole trainings of tiny models of texts.
@Suite(.serialized) struct TextTests {
    private let folder = TemporaryFolder()
    private static let pairs = [
        ("The lighthouse keeper", "counts ships"), ("My grandmother", "repaired radios"), ("Two ships", "sail at dawn"),
        ("A warm coat", "and matches"),
    ]

    private func table(_ pairs: [(String, String)] = pairs) -> String {
        folder.write("pairs.tsv", "source\ttarget\n" + pairs.map { "\($0)\t\($1)\n" }.joined())
    }

    private func train(_ arguments: String..., output: String = "out", from: [String]? = nil) throws -> Outcome {
        let start = from ?? ["--config", Fixtures.ownPath("text-marian")]
        return try trainModel(["text", "--output", folder.file(output), "--threads", "2"] + start + arguments)
    }

    @Test("A trained folder translates what it learned")
    func fromScratch() throws {
        let table = table()
        let outcome = try train(
            "--data", table, "--validation-data", table, "--epochs", "60", "--batch-size", "4", "--learning-rate",
            "5e-3",
            "--dropout", "0", "--label-smoothing", "0", "--average", "0.9")
        #expect(outcome.code == 0, "\(outcome)")
        let names = [
            "config.json", "generation_config.json", "metrics.jsonl", "model.safetensors", "source.spm", "target.spm",
            "tokenizer_config.json", "training.json", "vocab.json",
        ]
        #expect(folderContents(folder.file("out")) == names)
        let translator = try Translator(folder: folder.file("out"))
        let written = try translator.translate(Self.pairs.map(\.0)).map(\.text)
        #expect(written == Self.pairs.map(\.1))
        let again = try train("--data", table, "--epochs", "61")
        #expect(again.code == 73 && again.isOneLineOfError, "\(again)")  // other settings
    }

    @Test("Fine-tuning leaves what is frozen as it was, and names tensors as the checkpoint did")
    func fineTuning() throws {
        let model = Fixtures.ownPath("text-marian")
        let outcome = try train(
            "--data", table(), "--validation-fraction", "0", "--epochs", "2", "--average", "0", "--freeze", "encoder",
            from: ["--from", model])
        #expect(outcome.code == 0, "\(outcome)")
        let tuned = try Safetensors(folder.file("out/model.safetensors"))
        let original = try Safetensors(model + "/model.safetensors")
        #expect(Set(tuned.names) == Set(original.names))
        for name in original.names {
            let (after, before) = (try tuned.readTensor(name), try original.readTensor(name))
            #expect(after.shape == before.shape)
            #expect((after == before) == name.hasPrefix("model.encoder."), "\(name)")
        }
    }

    /// A language goes before its text as the mark that the model has for it.
    @Test func languagesAreMarks() throws {
        let folder = try SequenceToSequenceFolder(finetuning: Fixtures.ownPath("text-marian"))
        let pairs = [TextPair("Two ships", "Deux", language: "fra"), TextPair(">>fra<< Two ships", "Deux")]
        let encoded = TextPairs(pairs, folder: folder).pairs
        #expect(encoded[0] == encoded[1] && encoded[0].inputs.count == encoded[0].targets.count)
        #expect(encoded[0].inputs.dropFirst() == encoded[0].targets.dropLast())
    }

    @Test(
        arguments: [
            ("source\ttarget\na\tb\tc\n", 65, "line 2"), ("a\tb\nc\td\n", 65, "source"), ("", 65, "holds no texts"),
            ("source\ttarget\n\u{0}\n", 65, "line 2"), (#"{"source": "a"}"#, 65, "target"), ("{\n", 65, "line 1"),
        ] as [(String, Int32, String)])
    func whatIsWrongIsNamed(contents: String, code: Int32, cause: String) throws {
        let outcome = try train("--data", folder.write("wrong.tsv", contents))
        #expect(outcome.code == code && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
    }

    @Test(arguments: [
        ["--dropout", "1"], ["--label-smoothing", "-1"], ["--validation-fraction", "1"], ["--merge-adapter"],
        ["--lora-rank", "0"], ["--lora-targets", "all"], ["--lora-rank", "2", "--lora-targets", "heads"],
        ["--temperature", "0"],
    ])
    func optionsAreChecked(arguments: [String]) throws {
        let outcome = try trainModel(
            ["text", "--data", "a", "--from", "b", "--output", folder.file("out")] + arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError, "\(outcome)")
    }
}
