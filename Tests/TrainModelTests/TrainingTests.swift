import TesseraFiles
import TesseraImage
import TesseraVision
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whole trainings of a tiny model.
@Suite(.serialized) struct TrainingTests {
    private let shapes = Shapes()

    private func folder(_ name: String) -> String { shapes.folder.file(name) }

    @Test("A trained folder tells the shapes apart, and is left alone by the same command")
    func fromScratch() throws {
        let arguments = shapes.arguments(
            output: folder("out"), "--epochs", "40", "--batch-size", "8", "--learning-rate", "3e-3", "--augment",
            "light",
            "--validation-fraction", "0.25")
        let outcome = try trainModel(arguments)
        #expect(outcome.code == 0 && outcome.output.hasPrefix("\(folder("out")): 100.00 % right"), "\(outcome)")
        #expect(
            outcome.errors.split(separator: "\n").count == 40 && outcome.errors.contains("validation"), "\(outcome)")
        let names = ["config.json", "metrics.jsonl", "model.safetensors", "preprocessor_config.json", "training.json"]
        #expect(folderContents(folder("out")) == names)
        // 36 pictures make 5 steps an epoch, and a validation follows each.
        #expect(losses(folder("out")).count == 40 * (5 + 1))

        let classifier = try ImageClassifier(folder: folder("out"))
        #expect(classifier.labels == ["disc", "square"])
        for label in classifier.labels {
            let picture = try RGBImage.read(folder("data/\(label)/0.png")).image
            #expect(try classifier.classify(picture)[0].label == label)
        }

        let before = text(folder("out/training.json"))
        let again = try trainModel(arguments)
        #expect(again.code == 0 && again.errors.contains("finished") && again.output.isEmpty)
        #expect(folderContents(folder("out")) == names && text(folder("out/training.json")) == before)
    }

    @Test("Fine-tuning puts a new head on a model of the hub; frozen layers stay as they were")
    func fineTuning() throws {
        let outcome = try trainModel([
            "image", "--data", folder("data"), "--from", Fixtures.path("vit"), "--output", folder("tuned"),
            "--epochs", "3", "--learning-rate", "1e-3", "--average", "0", "--freeze", "encoder.blocks", "classToken",
        ])
        #expect(outcome.code == 0, "\(outcome)")
        let tuned = try Safetensors(folder("tuned/model.safetensors"))
        let original = try Safetensors(Fixtures.path("vit/model.safetensors"))
        #expect(try tuned.readTensor("classifier.weight").shape[0] == 2)
        for name in original.names where !name.hasPrefix("classifier") {
            let isFrozen = name.contains(".layer.") || name.hasSuffix("cls_token")
            #expect((try tuned.readTensor(name) == original.readTensor(name)) == isFrozen, "\(name)")
        }
        #expect(try ImageClassifier(folder: folder("tuned")).labels == ["disc", "square"])
    }

    @Test("Classes of the same names in another order keep the model's head and its order")
    func sameClasses() throws {
        // The model's first class comes last among folders.
        let config = text(Fixtures.path("vit/config.json"))
        let renamed = config.split(separator: #""label 0""#, maxSplits: 1).joined(separator: #""zebra""#)
        shapes.folder.write("model/config.json", renamed)
        let weights = try InputFile(Fixtures.path("vit/model.safetensors")).contents(limit: 1 << 24)
        shapes.folder.write("model/model.safetensors", weights)
        let known = try ImageClassifier(folder: folder("model")).labels
        #expect(known[0] == "zebra" && known[1] == "label 1")
        let picture = try InputFile(folder("data/disc/0.png")).contents(limit: 1 << 16)
        for label in known { shapes.folder.write("known/\(label)/0.png", picture) }
        let outcome = try trainModel([
            "image", "--data", folder("known"), "--validation-data", folder("known"), "--from", folder("model"),
            "--output", folder("tuned"), "--epochs", "1", "--freeze", "classifier", "--augment", "none",
        ])
        #expect(outcome.code == 0, "\(outcome)")
        let head = "classifier.weight"
        let tuned = try Safetensors(folder("tuned/model.safetensors")).readTensor(head)
        #expect(try tuned == Safetensors(Fixtures.path("vit/model.safetensors")).readTensor(head))
        #expect(try ImageClassifier(folder: folder("tuned")).labels == known)
    }

    @Test("Killed at any moment and started again, a training ends as one that ran through")
    func kills() throws {
        let options = ["--epochs", "12", "--batch-size", "8", "--threads", "2", "--quiet"]
        let whole = try trainModel(shapes.arguments(output: folder("whole")) + options)
        #expect(whole.code == 0, "\(whole)")
        let steps = losses(folder("whole")).count
        for part in 1...5 {
            let command = try RunningCommand("train-model", shapes.arguments(output: folder("parts")) + options)
            try command.wait { losses(folder("parts")).count >= steps * part / 6 }
            command.send(signal: SIGKILL)
            #expect(try command.outcome().code == -1)
        }
        let last = try trainModel(shapes.arguments(output: folder("parts")) + options)
        #expect(last.code == 0, "\(last)")
        #expect(losses(folder("parts")) == losses(folder("whole")))
        expectSameModels()
    }

    @Test("A signal saves a checkpoint, and the same command goes on", arguments: [SIGINT, SIGTERM])
    func signals(number: Int32) throws {
        let options = ["--epochs", "12", "--batch-size", "8", "--threads", "2"]
        let whole = try trainModel(shapes.arguments(output: folder("whole")) + options)
        let command = try RunningCommand("train-model", shapes.arguments(output: folder("parts")) + options)
        try command.wait { losses(folder("parts")).count >= 17 }
        // timeout(1) sends its signal twice.
        command.send(signal: number)
        command.send(signal: number)
        let stopped = try command.outcome()
        #expect(stopped.code == 128 + number && stopped.output.isEmpty, "\(stopped)")
        #expect(stopped.errors.contains("the same command goes on from there"), "\(stopped)")
        let done = losses(folder("parts")).count
        let last = try trainModel(shapes.arguments(output: folder("parts")) + options)
        #expect(last.code == 0 && last.errors.contains("going on from step"), "\(last)")
        #expect(last.output.dropFirst(folder("parts").count) == whole.output.dropFirst(folder("whole").count))
        // Nothing was lost: the first lines are the stopped run's.
        #expect(done >= 17 && losses(folder("parts")) == losses(folder("whole")))
        expectSameModels()
    }

    /// A limit on the size of files stands in for the disk: the checkpoints' weights, some 40 kB, do not fit it.
    @Test func fullDisk() throws {
        let arguments = shapes.arguments(output: folder("parts"), "--epochs", "3", "--threads", "2", "--quiet")
        let limited = #"ulimit -f 16; exec "$0" "$@""#
        let full = try trainModel(arguments, script: limited)
        #expect(full.code == 74 && full.isOneLineOfError && full.errors.contains("may not become so large"), "\(full)")
        #expect(!folderContents(folder("parts")).contains("model.safetensors"))
        let whole = try trainModel(shapes.arguments(output: folder("whole"), "--epochs", "3", "--threads", "2"))
        let last = try trainModel(arguments)
        #expect(last.code == 0 && whole.code == 0, "\(last)")
        #expect(losses(folder("parts")) == losses(folder("whole")))
        expectSameModels()
    }

    /// The model is written, and known to be finished, before its figures are told.
    @Test func standardOutputThatFails() throws {
        let outputs = [("full", RunningCommand.Output.file("/dev/full")), ("closed", .closed), ("left", .abandoned)]
        for (name, output) in outputs {
            let arguments = shapes.arguments(output: folder(name), "--epochs", "1", "--quiet")
            let outcome = try RunningCommand("train-model", arguments, to: output).outcome()
            let message = name == "full" ? "standard output: No space left on device\n" : ""
            #expect(outcome.code == 74 && outcome.errors == message, "\(name): \(outcome)")
            let names = folderContents(folder(name))
            #expect(names.contains("model.safetensors") && !names.contains("checkpoints"), "\(names)")
            let again = try trainModel(arguments)
            #expect(again.code == 0, "\(again)")
        }
    }

    private func expectSameModels() {
        let models = ["parts", "whole"].map {
            try? InputFile(folder($0 + "/model.safetensors")).contents(limit: 1 << 20)
        }
        #expect(models[0] != nil && models[0] == models[1])
        #expect(!folderContents(folder("parts")).contains("checkpoints"))
    }
}
