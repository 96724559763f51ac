import TesseraFiles
import TesseraLanguage
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Trainings of models of texts that learn from larger ones.
@Suite(.serialized) struct TeacherTests {
    private let folder = TemporaryFolder()
    private static let texts = [
        "The keeper counts ships", "My grandmother repaired radios", "Two ships sail at dawn",
        "A warm coat and matches",
        "Nobody knows the harbour", "Snow melts in February",
    ]

    private func train(_ arguments: [String]) throws -> Outcome {
        try trainModel(["text", "--output", folder.file("out"), "--threads", "2", "--dropout", "0"] + arguments)
    }

    /// Texts without labels are enough: what the teacher says of them is what the student says in the end.
    @Test func aClassifierLearnsFromItsTeacherAlone() throws {
        let teacher = try TextClassifier(folder: Fixtures.ownPath("text-bert-classification"))
        let taught = try teacher.classify(Self.texts, topK: teacher.labels.count).map(\.predictions)
        let data = folder.write("texts.tsv", "text\n" + Self.texts.map { $0 + "\n" }.joined())
        let labelled = teacher.labels.map { "\($0)\ta text\n" }.joined()
        let outcome = try train([
            "--data", data, "--validation-data", folder.write("labels.tsv", "label\ttext\n" + labelled), "--config",
            Fixtures.ownPath("text-bert-classification"), "--teacher", Fixtures.ownPath("text-bert-classification"),
            "--temperature", "1", "--teacher-share", "1", "--epochs", "80", "--batch-size", "6", "--learning-rate",
            "5e-3", "--average", "0",
        ])
        #expect(outcome.code == 0, "\(outcome)")
        // A student that says just what its teacher says has the entropy of that as its loss.
        let entropy = taught.joined().reduce(0) { $0 - Double($1.score) * log(Double($1.score)) } / Double(taught.count)
        let losses = try steps().map { try $0.number("loss", in: 0...100) }
        let last = try #require(losses.last)
        #expect(losses[0] > entropy + 0.15 && last >= entropy - 1e-4 && last <= entropy + 0.05)
    }

    /// DistilBERT's loss falls, and the settings are kept.
    @Test func hiddenStatesFollowTheTeachers() throws {
        let data = folder.write("texts.txt", Self.texts.map { $0 + "\n" }.joined())
        let outcome = try train([
            "--data", data, "--validation-fraction", "0", "--config", Fixtures.ownPath("text-distillation"),
            "--teacher",
            Fixtures.ownPath("text-bert-mask"), "--teacher-states", "5", "--teacher-share", "0.5", "--epochs", "40",
            "--batch-size", "6", "--learning-rate", "3e-3",
        ])
        #expect(outcome.code == 0, "\(outcome)")
        let losses = try steps().map { try $0.number("loss", in: 0...1e6) }
        #expect(losses.count == 40 && losses[39] < losses[0] - 2)
        let settings = try InputFile(folder.file("out/training.json")).contents(limit: 1 << 20)
        #expect(String(decoding: settings, as: UTF8.self).contains("teacher's states"))
        #expect(try MaskedWordFiller(folder: folder.file("out")).fill(["a [MASK]"])[0].masks.count == 1)
    }

    private func steps() throws -> [JSONObject] {
        let bytes = try InputFile(folder.file("out/metrics.jsonl")).contents(limit: 1 << 24)
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONObject(bytes: Array($0), path: "metrics") }
            .filter { $0.contains("loss") }
    }

    /// Hidden states of other sizes have no angle between them.
    @Test func sizesMustFit() throws {
        let student = Fixtures.ownPath("text-bert-mask")
        let settings = try InputFile(student + "/config.json").contents(limit: 1 << 20)
        let narrow = String(decoding: settings, as: UTF8.self).replacing(
            "\"hidden_size\": 32", with: "\"hidden_size\": 16")
        folder.write("student/config.json", narrow)
        for name in ["tokenizer.json", "tokenizer_config.json"] {
            folder.write("student/" + name, try InputFile(student + "/" + name).contents(limit: 1 << 24))
        }
        let data = folder.write("texts.txt", "a\nb\n")
        let options = ["--data", data, "--config", folder.file("student"), "--teacher", student]
        let outcome = try train(options + ["--teacher-states", "1"])
        #expect(outcome.code == 65 && outcome.errors.contains("have 32 numbers, the student's 16"), "\(outcome)")
    }

    @Test(
        arguments: [
            (["--task", "translate", "--teacher", "t"], 64, "--teacher is for"),
            (["--task", "classify", "--teacher", "t", "--teacher-states", "1"], 64, "--teacher-states is for"),
            (["--task", "fill", "--label-smoothing", "0.1"], 64, "--label-smoothing is not for"),
            (["--task", "classify", "--temperature", "2"], 64, "need --teacher"),
            (["--task", "classify", "--teacher-share", "0.5"], 64, "need --teacher"),
            (
                ["--task", "fill", "--teacher", Fixtures.ownPath("text-bert-classification")], 65,
                "has no head for masked"
            ),
        ] as [([String], Int32, String)])
    func whatCannotBeLearnedIsRefused(arguments: [String], code: Int32, cause: String) throws {
        let data = folder.write("texts.txt", "a\nb\n")
        let outcome = try train(["--data", data, "--config", Fixtures.ownPath("text-bert-mask")] + arguments)
        #expect(outcome.code == code && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
    }
}
