import TestSupport
import Testing

/// What train-model series refuses, in one line and before any work is done.
@Suite struct SeriesRefusalTests {
    private let waves = Waves(count: 120)

    @Test(arguments: [
        ([], "--synthetic"),
        (["--data", ""], "must not be empty"),
        (["--synthetic", "0"], "--synthetic"),
        (["--synthetic", "8", "--validation-fraction", "0.1"], "--validation-fraction"),
        (["--data", "d", "--validation-data", "v", "--validation-fraction", "0.1"], "exclude each other"),
        (["--data", "d", "--validation-fraction", "1"], "--validation-fraction"),
        (["--data", "d", "--frequency", "often"], "--frequency"),
        (["--data", "d", "--time", ""], "must not be empty"),
        (["--data", "d", "--stride", "0"], "--stride"),
        (["--data", "d", "--dropout", "1"], "--dropout"),
        (["--data", "-", "-"], "once"),
    ])
    func usage(options: [String], cause: String) throws {
        let outcome = try trainModel(
            ["series", "--config", waves.folder.file("config.json"), "--output", waves.folder.file("out")] + options)
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains(cause), "\(outcome)")
        #expect(!waves.folder.contents.contains("out"))
    }

    @Test(arguments: [
        ("absent.csv", "", 66, "does not exist"),
        ("text.csv", "time,load\nnow,much\n", 65, "no column of times"),
        ("cell.csv", "time,load\n2024-01-01,1\n2024-01-02,1.2.3\n", 65, "line 3, column 2, 'load'"),
        ("short.csv", Waves.table(count: 20), 65, "no series is long enough: a window has 16 values and 8 more"),
        ("kept.csv", Waves.table(count: 35), 65, "the part kept for validation holds the 8 steps of a forecast in no"),
    ])
    func table(name: String, text: String, code: Int32, words: String) throws {
        if !text.isEmpty { waves.folder.write(name, text) }
        let path = waves.folder.file(name)
        let outcome = try trainModel([
            "series", "--config", waves.folder.file("config.json"), "--output", waves.folder.file("out"), "--data",
            path,
        ])
        #expect(outcome.code == code && outcome.isOneLineOfError, "\(outcome)")
        #expect(outcome.errors.hasPrefix(path + ": ") && outcome.errors.contains(words), "\(outcome)")
        #expect(!waves.folder.contents.contains("out"))
    }

    @Test func folderWithoutTables() throws {
        waves.folder.write("empty/notes.txt", "nothing")
        let outcome = try trainModel(waves.onTable(output: "out", waves.folder.file("empty")))
        #expect(outcome.code == 66 && outcome.isOneLineOfError && outcome.errors.contains("holds no CSV files"))
    }

    @Test(arguments: ["vit", "chronos-t5", "t5"])
    func modelOfAnotherKind(name: String) throws {
        for option in ["--from", "--config"] {
            let path = Fixtures.path(name) + (option == "--from" ? "" : "/config.json")
            let outcome = try trainModel([
                "series", "--data", waves.folder.file("waves.csv"), option, path, "--output", waves.folder.file("out"),
            ])
            #expect(outcome.code == 65 && outcome.isOneLineOfError, "\(outcome)")
            #expect(outcome.errors.hasPrefix(Fixtures.path(name) + "/config.json: "), "\(outcome)")
            #expect(!waves.folder.contents.contains("out"))
        }
    }

    @Test func modelThatReadsTooLittle() throws {
        let config = text(waves.folder.file("config.json"))
            .split(separator: #""context_length": 48"#).joined(separator: #""context_length": 7"#)
            .split(separator: #"_size": 8, "input_patch_stride": 8"#)
            .joined(separator: #"_size": 7, "input_patch_stride": 7"#)
        waves.folder.write("config.json", config)
        let outcome = try trainModel(waves.synthetic(8, output: "out"))
        #expect(outcome.code == 64 && outcome.isOneLineOfError && outcome.errors.contains("not 7"), "\(outcome)")
    }

    @Test func settingsThatChanged() throws {
        let first = try trainModel(waves.onTable(output: "out", "--epochs", "1"))
        #expect(first.code == 0, "\(first)")
        for (option, words) in [
            ("--validation-fraction=0.3", "number of samples"), ("--dropout=0.1", "dropout was '0.0'"),
            ("--standardize", "standardized columns"), ("--patience=3", "patience was 'nothing'"),
        ] {
            let outcome = try trainModel(waves.onTable(output: "out", "--epochs=1", option))
            #expect(outcome.code == 73 && outcome.isOneLineOfError && outcome.errors.contains(words), "\(outcome)")
        }
        waves.folder.write("waves.csv", Waves.table(count: 120, changedFrom: 119))
        let outcome = try trainModel(waves.onTable(output: "out", "--epochs", "1"))
        #expect(outcome.code == 73 && outcome.errors.contains("list of training series was"), "\(outcome)")
    }
}
