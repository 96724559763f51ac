import TesseraFiles
import TesseraForecasting
import TesseraSeries
import TesseraTensor
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whole trainings of a tiny forecaster.
@Suite(.serialized) struct SeriesTests {
    private let waves = Waves()

    private func folder(_ name: String) -> String { waves.folder.file(name) }

    @Test("A trained folder forecasts better than seasonal naive, and says so")
    func fromScratch() throws {
        let arguments = waves.onTable(
            output: "out", "--epochs", "12", "--batch-size", "16", "--learning-rate", "5e-3", "--average", "0.9")
        let outcome = try trainModel(arguments)
        #expect(outcome.code == 0, "\(outcome)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("\(folder("out")): loss 0."), "\(outcome)")
        #expect(lines[0].contains(" in validation, after epoch ") && !outcome.output.contains("right"), "\(outcome)")
        #expect(lines[1].hasSuffix("; 20 windows of 8 steps"), "80 rows of two columns: \(outcome)")
        // No share of right ones beside the losses.
        #expect(!outcome.errors.contains("%") && outcome.errors.contains("windows/s"), "\(outcome)")
        for name in ["MASE", "weighted quantile loss"] {
            let (own, naive) = try figures(name, in: lines[1])
            #expect(own < 0.9 * naive, "\(name): \(outcome.output)")
        }
        let accounts = ["metrics.jsonl", "training.json"].map { text(folder("out/" + $0)) }
        #expect(accounts.allSatisfy { $0.contains("loss") && !$0.contains("accuracy") })
        let names = ["config.json", "metrics.jsonl", "model.safetensors", "training.json"]
        #expect(folderContents(folder("out")) == names)

        let forecaster = try Forecaster(folder: folder("out"))
        let forecasts = try forecaster.forecast(SeriesFile(folder("waves.csv")).series[0], horizon: Waves.horizon)
        #expect(forecasts.map(\.name) == ["load", "price"])
        // The day's highest values are next: those of `load`, whose lowest are 80.
        #expect(forecasts[0].median.allSatisfy { (80...128).contains($0) })

        let again = try trainModel(arguments)
        #expect(again.code == 0 && again.errors.contains("finished") && again.output.isEmpty, "\(again)")
    }

    /// The figure of the model and that of seasonal naive.
    private func figures(_ name: String, in line: Substring) throws -> (own: Double, naive: Double) {
        let part = try #require(line.split(separator: "; ").first { $0.contains(name + " ") })
        let numbers = part.split { $0 == " " || $0 == "," }.compactMap { Double($0) }
        try #require(numbers.count == 2, "\(part)")
        return (numbers[0], numbers[1])
    }

    /// What was kept for validation changes nothing in a training but its choice of weights, of which one epoch has none.
    @Test func nothingIsLearnedOfWhatValidates() throws {
        let arguments = ["--epochs", "1", "--batch-size", "64", "--quiet"]
        let first = try trainModel(waves.onTable(output: "first") + arguments)
        waves.folder.write("waves.csv", Waves.table(count: waves.count, changedFrom: 320))
        let second = try trainModel(waves.onTable(output: "second") + arguments)
        #expect(first.code == 0 && second.code == 0 && first.output != second.output, "\(second)")
        let models = try ["first", "second"].map { try model(folder($0)) }
        #expect(models[0] == models[1])
        waves.folder.write("waves.csv", Waves.table(count: waves.count, changedFrom: 319))
        let third = try trainModel(waves.onTable(output: "third") + arguments)
        #expect(third.code == 0, "\(third)")
        #expect(try model(folder("third")) != models[0], "the last value that is learned from")
    }

    private func model(_ folder: String) throws -> [UInt8] {
        try InputFile(folder + "/model.safetensors").contents(limit: 1 << 24)
    }

    @Test("Windows are counted: of a part, of other files, by strides, with made-up ones")
    func windows() throws {
        waves.folder.write("more/a.csv", Waves.table(count: 60))
        waves.folder.write("more/b.csv", Waves.table(count: 50))
        waves.folder.write("more/notes.txt", "no table")
        func count(_ values: Int) -> Int { 2 * (values - Waves.shortestContext - Waves.horizon + 1) }
        let cases: [(arguments: [String], samples: Int)] = [
            (waves.onTable(output: "0"), count(320)),
            (waves.onTable(output: "1", "--validation-fraction", "0.5"), count(200)),
            (waves.onTable(output: "2", "--validation-data", folder("more")), count(400)),
            (
                waves.onTable(output: "3", folder("more"), "--validation-fraction", "0"),
                count(400) + count(60) + count(50)
            ),
            (waves.onTable(output: "4", "--target", "price"), count(320) / 2),
            (waves.onTable(output: "5", "--stride", "9"), 2 * ((320 - 16 - 8) / 9 + 1)),
            (waves.onTable(output: "6", "--synthetic", "70"), count(320) + 70),
            (waves.synthetic(70, output: "7"), 70),
        ]
        for (index, (arguments, samples)) in cases.enumerated() {
            let outcome = try trainModel(arguments + ["--epochs", "1", "--quiet"])
            #expect(outcome.code == 0, "\(outcome)")
            let record = try JSONObject.read(folder("\(index)/training.json"))
            #expect(try record.object("settings")?.string("number of samples") == "\(samples)", "\(arguments)")
            #expect(outcome.output.contains("without validation") == (index == 3), "\(outcome)")
            #expect(outcome.output.contains("seasonal naive") == ![3, 7].contains(index), "\(outcome)")
        }
    }

    @Test("A long table with decimal commas, and gaps that are named")
    func longTable() throws {
        let rows = Waves.table(count: 120).split(separator: "\n").dropFirst()
        let shops = ["north", "south"].flatMap { shop in
            rows.filter { !($0.hasPrefix("1704114000") && shop == "north") }.map { row in
                let cells = row.split(separator: ",")
                return "\(shop);\(cells[0]);\(cells[1].split(separator: ".").joined(separator: ","))"
            }
        }
        waves.folder.write("waves.csv", "shop;time;sales\n" + shops.joined(separator: "\n"))
        let options = ["--id", "shop", "--decimal-comma", "--time", "time", "--frequency", "h", "--epochs", "1"]
        let outcome = try trainModel(waves.onTable(output: "out") + options)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.errors.contains("waves.csv: north: 1 step is missing after "), "\(outcome)")
        let record = try JSONObject.read(folder("out/training.json"))
        let settings = try #require(try record.object("settings"))
        #expect(try settings.string("list of training series").hasPrefix("2 series, checksum "))
    }

    @Test("Killed and started again, a training ends as one that ran through", arguments: [true, false])
    func kills(isSynthetic: Bool) throws {
        let options = ["--epochs", "6", "--batch-size", "16", "--threads", "2", "--quiet"]
        func arguments(_ output: String) -> [String] {
            (isSynthetic ? waves.synthetic(200, output: output) : waves.onTable(output: output)) + options
        }
        let whole = try trainModel(arguments("whole"))
        #expect(whole.code == 0, "\(whole)")
        let steps = losses(folder("whole")).count
        for part in 1...3 {
            let command = try RunningCommand("train-model", arguments("parts"))
            try command.wait { losses(folder("parts")).count >= steps * part / 4 }
            command.send(signal: SIGKILL)
            #expect(try command.outcome().code == -1)
        }
        let last = try trainModel(arguments("parts"))
        #expect(last.code == 0, "\(last)")
        #expect(losses(folder("parts")) == losses(folder("whole")))
        #expect(try model(folder("parts")) == model(folder("whole")))
        #expect(last.output.replacing(folder("parts"), with: folder("whole")) == whole.output)
    }

    @Test("Without patience's end the training goes on; with it, it says where it ended")
    func patience() throws {
        // Weights that stay as they are never validate better.
        let options = ["--learning-rate", "1e-12", "--average", "0", "--weight-decay", "0", "--epochs", "9"]
        let outcome = try trainModel(waves.synthetic(64, output: "out", "--patience", "2") + options)
        #expect(outcome.code == 0 && outcome.output.contains("after epoch 1\n"), "\(outcome)")
        #expect(outcome.errors.contains("ended at step 3 of 9: validation got no better"), "\(outcome)")
    }

    @Test(
        "A PatchTST forecasts better than seasonal naive, learned from standardised columns",
        arguments: ["layernorm", "batchnorm"])
    func patchTST(normalization: String) throws {
        waves.folder.write(
            "config.json",
            """
            {"model_type": "patchtst", "context_length": \(Waves.contextLength), "prediction_length": \(Waves.horizon),
             "patch_length": 8, "patch_stride": 8, "d_model": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
             "ffn_dim": 32, "norm_type": "\(normalization)", "positional_encoding_type": "sincos", "pooling_type": null}
            """)
        let outcome = try trainModel(
            waves.onTable(
                output: "out", "--epochs", "12", "--batch-size", "16", "--learning-rate", "5e-3", "--average", "0.9",
                "--standardize"))
        #expect(outcome.code == 0, "\(outcome)")
        let (own, naive) = try figures("MASE", in: try #require(outcome.output.split(separator: "\n").last))
        #expect(own < 0.9 * naive, "\(outcome.output)")
        #expect(!outcome.output.contains("quantile"), "it gives none")
        let sizes = try JSONObject.read(folder("out/config.json"))
        #expect(try sizes.string("model_type") == "patchtst")
        let record = try JSONObject.read(folder("out/training.json")).object("settings")
        #expect(try record?.string("frozen layers") == "none", "nobody asked for any")
        // Positions are sinusoids of a deviation of 0.1, whatever else was trained.
        let positions = try Safetensors(folder("out/model.safetensors"))
            .readTensor("model.encoder.positional_encoder.position_enc")
        let deviation = (positions.sumOfSquares() / Double(positions.count - 1)).squareRoot()
        #expect(abs(deviation - 0.1) < 1e-6)
        #expect(try record?.string("number of samples") == "\(2 * (320 - Waves.contextLength - Waves.horizon + 1))")
    }

    @Test("Fine-tuning keeps the names and shapes of a model of the hub, and frozen layers")
    func fineTuning() throws {
        let outcome = try trainModel([
            "series", "--data", folder("waves.csv"), "--from", Fixtures.path("chronos-bolt"), "--output",
            folder("tuned"), "--epochs", "1", "--validation-fraction", "0.3", "--average", "0", "--freeze",
            "patchEmbedding",
        ])
        #expect(outcome.code == 0, "\(outcome)")
        let tuned = try Safetensors(folder("tuned/model.safetensors"))
        let original = try Safetensors(Fixtures.path("chronos-bolt/model.safetensors"))
        for name in tuned.names {
            let (after, before) = (try tuned.readTensor(name), try original.readTensor(name))
            #expect(after.shape == before.shape, "\(name)")
            // Self-attention of the decoder's one token sees nothing but that token, whatever the bias of its distance.
            let isFixed =
                name.hasPrefix("input_patch_embedding.") || name.hasPrefix("decoder.") && name.contains("bias")
            #expect((after == before) == isFixed, "\(name)")
        }
        #expect(try Forecaster(folder: folder("tuned")).contextLength > 0)
    }
}
