import TesseraFiles
import TestSupport
import Testing

/// What train-model refuses, in one line and before any work is done.
@Suite struct RefusalTests {
    private let shapes = Shapes(count: 3)
    private var output: String { shapes.folder.file("out") }

    @Test(arguments: [
        ([], "Say what to train on"),
        (["series"], "--data"),
        (["series", "--output", "o", "--config", "c"], "--synthetic"),
        (["speech"], "--data"),
        (["speech", "--data", "d", "--output", "o"], "either --config"),
        (["speech-detector"], "--data"),
        (["speech-detector", "--data", "d", "--output", "o"], "either --config"),
        (["speech-detector", "--data", "d", "--output", "o", "--config", "c", "--dropout", "1"], "--dropout"),
        (["objects"], "--data"),
        (["objects", "--data", "d", "--output", "o"], "either --config"),
        (["objects", "--data", "d", "--output", "o", "--config", "c", "--smallest-scale", "2"], "--smallest-scale"),
        (
            ["objects", "--data", "d", "--output", "o", "--config", "c", "--validation-annotations", "v"],
            "--validation-data"
        ),
        (["image"], "--data"),
        (["image", "--data", "d", "--output", "o"], "either --config"),
        (["image", "--data", "d", "--output", "o", "--config", "c", "--from", "m"], "either --config"),
        (["image", "--data", "", "--output", "o", "--config", "c"], "must not be empty"),
        (["image", "--data", "d", "--output", "", "--config", "c"], "--output must not be empty"),
        (["image", "--data", "d", "--output", "o", "--config", "c", "--bogus"], "--bogus"),
    ])
    func usage(arguments: [String], cause: String) throws {
        let outcome = try trainModel(arguments)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
    }

    @Test(arguments: [
        ("--epochs", "0"), ("--patience", "0"), ("--batch-size", "0"), ("--batch-size", "many"),
        ("--learning-rate", "0"), ("--learning-rate", "nan"), ("--warmup-epochs", "-1"), ("--weight-decay", "-1"),
        ("--clip-norm", "inf"),
        ("--average", "1"), ("--checkpoint-minutes", "0"), ("--threads", "0"), ("--seed", "-1"), ("--schedule", "step"),
        ("--optimizer", "lion"), ("--precision", "int8"), ("--augment", "strong"), ("--label-smoothing", "1"),
        ("--dropout", "1"), ("--stochastic-depth", "1"), ("--validation-fraction", "1"), ("--freeze", ""),
    ])
    func valueOutOfRange(option: String, value: String) throws {
        let outcome = try trainModel(shapes.arguments(output: output, option + "=" + value))
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(option), "\(outcome)")
        #expect(!shapes.folder.contents.contains("out"))
    }

    /// Models of two towers have no head to learn, nor have those of which nobody has a class with one.
    @Test(arguments: ["text-clip", "text-siglip", "dinov3"])
    func modelsThatAreNotTrained(model: String) throws {
        for option in ["--from", "--config"] {
            let path = Fixtures.ownPath(model) + (option == "--config" ? "/config.json" : "")
            let arguments = ["image", "--data", shapes.folder.file("data"), "--output", output, option, path]
            let outcome = try trainModel(arguments)
            #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.contains("not trained to classify") && !shapes.folder.contents.contains("out"))
        }
    }

    @Test func layerThatIsNotThere() throws {
        let outcome = try trainModel(shapes.arguments(output: output, "--freeze", "encoder.blocks.7", "--quiet"))
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("encoder.blocks.7"))
    }

    @Test func layersAreLeftToTrain() throws {
        let all = ["patchEmbedding", "classToken", "positions", "encoder", "classifier"]
        let outcome = try trainModel(shapes.arguments(output: output, "--quiet", "--freeze") + all)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("--freeze"), "\(outcome)")
    }

    /// A damaged file, an empty class, one class alone, nothing at all.
    @Test func badData() throws {
        func refusal(_ code: Int32, _ place: String, _ words: String) throws {
            let outcome = try trainModel(shapes.arguments(output: output))
            #expect(outcome.code == code && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix(shapes.folder.file(place) + ": "), "\(outcome)")
            #expect(outcome.errors.contains(words) && !shapes.folder.contents.contains("out"), "\(outcome)")
        }
        shapes.folder.createFolder("data/triangle")
        try refusal(65, "data/triangle", "the class has no pictures")
        shapes.folder.write("data/triangle/1.png", "no picture")
        let outcome = try trainModel(shapes.arguments(output: output))
        #expect(outcome.code == 65 && outcome.output.isEmpty && !shapes.folder.contents.contains("out"))
        #expect(
            outcome.errors == """
                \(shapes.folder.file("data/triangle/1.png")): is text; PNG, JPEG and WebP pictures are read
                \(shapes.folder.file("data")): 1 of 7 pictures cannot be read; --skip-unreadable goes without them

                """)
        let alone = try trainModel(shapes.arguments(output: output, "--skip-unreadable", "--quiet"))
        #expect(alone.code == 65 && alone.isOneLineOfError && alone.errors.contains("/data/triangle: "), "\(alone)")

        let folder = TemporaryFolder()
        for (name, code, words) in [("absent", 66, "does not exist"), ("empty", 65, "holds no folders")]
            as [(_, Int32, _)]
        {
            if name == "empty" { folder.createFolder(name) }
            let outcome = try trainModel([
                "image", "--data", folder.file(name), "--config", shapes.folder.file("config.json"), "--output", output,
            ])
            #expect(outcome.code == code && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix("\(folder.file(name)): ") && outcome.errors.contains(words))
        }
    }

    @Test func pictureThatIsSkipped() throws {
        shapes.folder.write("data/disc/broken.png", "no picture")
        let outcome = try trainModel(shapes.arguments(output: output, "--skip-unreadable", "--epochs", "1"))
        #expect(outcome.code == 0 && outcome.errors.contains("1 of 7 pictures are left out"), "\(outcome)")
    }

    @Test func validationOfAnotherClass() throws {
        for name in ["disc", "triangle"] {
            let bytes = try InputFile(shapes.folder.file("data/disc/0.png")).contents(limit: 9999)
            shapes.folder.write("others/\(name)/0.png", bytes)
        }
        let others = shapes.folder.file("others")
        let outcome = try trainModel(shapes.arguments(output: output, "--validation-data", others))
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.hasPrefix("\(others)/triangle: the training has no class of this name"), "\(outcome)")
        let both = try trainModel(
            shapes.arguments(output: output, "--validation-data", others, "--validation-fraction", "0.5"))
        #expect(both.code == 64 && both.isOneLineOfError, "\(both)")
    }

    /// Pictures under the names that browsers and cameras give them, and what is none.
    @Test func otherEndings() throws {
        let picture = try InputFile(shapes.folder.file("data/disc/0.png")).contents(limit: 1 << 20)
        for name in ["1.jfif", "2.jpe", "3.apng"] { shapes.folder.write("data/square/\(name)", picture) }
        for name in ["data/square/x.gif", "data/square/more/y.txt", "data/triangle/z.avif"] {
            shapes.folder.write(name, "x")
        }
        let none = try trainModel(shapes.arguments(output: output))
        #expect(
            none.code == 65 && none.errors.contains("the class has no pictures, but 1 file of another kind"), "\(none)")
        shapes.folder.write("data/triangle/1.jfif", picture)
        let outcome = try trainModel(shapes.arguments(output: output, "--epochs", "1", "--validation-fraction", "0"))
        let expected = [
            "data/square: 2 files of other kinds are left out", "data/triangle: 1 file of another kind is left out",
        ]
        #expect(outcome.code == 0, "\(outcome)")
        for line in expected { #expect(outcome.errors.contains(shapes.folder.file(line)), "\(outcome)") }
    }

    #if canImport(Glibc)
    /// In Latin-1, as old archives unpack: refused by name, unless it may be skipped.
    @Test func nameThatIsNoText() throws {
        let script =
            #"d="\#(shapes.folder.file("data/disc"))"; f="$(printf 'caf\351')"; : > "$d/$f.png"; : > "$d/$f.txt"; "#
            + #""$0" "$@"; code=$?; rm "$d/$f.png" "$d/$f.txt"; exit $code"#
        let arguments = shapes.arguments(output: output, "--epochs", "1", "--validation-fraction", "0")
        let refused = try trainModel(arguments, script: script)
        let name = shapes.folder.file("data/disc/caf\\xe9.png")
        #expect(
            refused.code == 66 && refused.errors.contains("\(name): its name is not UTF-8: rename it\n"), "\(refused)")
        #expect(refused.errors.contains("1 of 7 pictures cannot be read; --skip-unreadable goes without them"))
        let skipped = try trainModel(arguments + ["--skip-unreadable"], script: script)
        #expect(skipped.code == 0 && skipped.errors.contains("\(name): its name is not UTF-8"), "\(skipped)")
        #expect(skipped.errors.contains("data/disc: 1 file of another kind is left out"), "\(skipped)")
    }
    #endif

    @Test func configurationThatIsDamaged() throws {
        shapes.folder.write("config.json", #"{"model_type": "vit"}"#)
        let outcome = try trainModel(shapes.arguments(output: output))
        #expect(outcome.code == 65 && outcome.isOneLineOfError && outcome.errors.contains("hidden_size"), "\(outcome)")
    }

    /// A config.json that is not of the weights beside it.
    @Test func configurationOfOtherWeights() throws {
        let config = text(Fixtures.path("vit/config.json"))
            .split(separator: #""intermediate_size": 80"#).joined(separator: #""intermediate_size": 81"#)
        let model = TemporaryFolder()
        model.write("config.json", config)
        model.write("model.safetensors", try InputFile(Fixtures.path("vit/model.safetensors")).contents(limit: 1 << 24))
        let outcome = try trainModel([
            "image", "--data", shapes.folder.file("data"), "--from", model.path, "--output", output, "--quiet",
        ])
        #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
        #expect(
            outcome.errors.contains("of another shape: vit.encoder.layer.0.intermediate.dense.weight"), "\(outcome)")
    }

    @Test func outputThatIsTaken() throws {
        shapes.folder.write("notes/todo.txt", "learn")
        shapes.folder.write("file", "x")
        for (output, words) in [
            ("notes", "holds 'todo.txt' and no training"), ("file", "is a file"), ("absent/out", "there is no folder"),
            ("data", "holds 'disc' and no training"),
        ] {
            let outcome = try trainModel(shapes.arguments(output: shapes.folder.file(output)))
            #expect(outcome.code == 73 && outcome.isOneLineOfError && outcome.errors.contains(words), "\(outcome)")
        }
        #expect(text(shapes.folder.file("notes/todo.txt")) == "learn" && text(shapes.folder.file("file")) == "x")
    }

    @Test func settingsThatChanged() throws {
        let first = try trainModel(shapes.arguments(output: output, "--epochs", "1"))
        #expect(first.code == 0)
        let weights = text(output + "/model.safetensors")
        for (option, words) in [
            ("--epochs=2", "epochs was '1'"), ("--seed=3", "seed"), ("--augment=none", "augmentation"),
        ] {
            let outcome = try trainModel(shapes.arguments(output: output, "--epochs=1", option))
            #expect(outcome.code == 73 && outcome.isOneLineOfError && outcome.errors.contains(words), "\(outcome)")
        }
        shapes.folder.write(
            "data/disc/new.png", try InputFile(shapes.folder.file("data/disc/0.png")).contents(limit: 9999))
        let outcome = try trainModel(shapes.arguments(output: output, "--epochs", "1"))
        #expect(outcome.code == 73 && outcome.errors.contains("number of samples was"), "\(outcome)")
        #expect(text(output + "/model.safetensors") == weights)
    }
}
