import ArgumentParser
import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraSeries
import TesseraTensor
import TesseraTraining

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Trains PatchTST on ETTh1 as its paper does (Nie et al., 2023, table 3), and prints our errors beside the paper's.
@main
struct PatchTSTReproduction: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchtst-reproduction",
        abstract: "Trains PatchTST on ETTh1 and prints its errors beside the paper's.",
        discussion: """
            Months 1 to 12 train, 13 to 16 choose among epochs, 17 to 20 test: every window of all columns, in units of \
            the training part's deviations. A training that was stopped goes on when it is called again.
            """)

    @Argument(help: "ETTh1.csv.") var series: String
    @Option(parsing: .upToNextOption, help: "Steps to forecast, one training each.") var horizons = [96, 192, 336, 720]
    @Option(help: "How many values are read: 336 or 512, as the paper's, or others.") var lookBack = 336
    @Option(help: "The folder that the models go to.") var output = "Training/patchtst-etth1"
    @Option(help: "How often all windows are gone through.") var epochs = 8
    @Option(help: "Windows of one column a step.") var batchSize = 896
    @Option(help: "Windows that pass the model together on each core.") var microBatchSize = 64
    @Option(help: "The highest learning rate (default: 5e-4 for 96 steps, 2e-4 for more, whose head is larger).")
    var learningRate: Float?
    @Option(help: "The share of elements that dropout leaves out.") var dropout: Float = 0.3
    @Option(help: "Where all random numbers come from.") var seed: UInt64 = 1
    @Option(help: "Threads (default: the cores there are).") var threads: Int?

    func run() throws {
        try (threads.map(Threads.init(count:)) ?? .all).run { try measure() }
    }

    private func measure() throws {
        let histories = try SeriesFile(series).series.flatMap(\.histories)
        var table = [
            "MSE and MAE of every test window, look-back \(lookBack)", "horizon\tours\t\tpaper\t\tours by paper's",
        ]
        for horizon in horizons {
            let (squared, absolute) = try errors(histories, horizon: horizon)
            var cells = ["\(horizon)", pair(squared, absolute)]
            if let paper = PublishedErrors.of(lookBack: lookBack, horizon: horizon) {
                cells += [
                    pair(paper.squared, paper.absolute), pair(squared / paper.squared, absolute / paper.absolute),
                ]
            }
            table.append(cells.joined(separator: "\t"))
            print(table[table.count - 1])
        }
        print(table.joined(separator: "\n"))
    }

    private func pair(_ squared: Double, _ absolute: Double) -> String { "\(rounded(squared)) / \(rounded(absolute))" }

    /// Trains a model and measures it on the test part.
    private func errors(_ histories: [History], horizon: Int) throws -> (squared: Double, absolute: Double) {
        let folder = ForecasterFolder(new: try config(horizon: horizon))
        func windows(_ rows: Range<Int>) -> SeriesWindows {
            SeriesWindows(
                histories, contextLength: lookBack, horizon: horizon, targets: { _ in rows },
                standardizedBy: { _ in Parts.training })
        }
        let training = windows(Parts.training)
        let some = training.batch(Array(stride(from: 0, to: training.sampleCount, by: 97)), epoch: 0)
        let initial: Trainable<PatchTST> = try folder.initialModel(seed: seed, calibratedOn: some.contexts)
        var settings = TrainingSettings()
        (settings.epochs, settings.batchSize, settings.microBatchSize) = (epochs, batchSize, microBatchSize)
        (settings.learningRate, settings.seed) = (learningRate ?? (horizon <= 96 ? 5e-4 : 2e-4), seed)
        settings.optimizer = .adamW(AdamW(weightDecay: 0))
        settings.averageDecay = 0.99
        let output = "\(output)/\(lookBack)-\(horizon)"
        var trainer = try Trainer(
            PointForecasting(regularization: Regularization(dropout: dropout, stochasticDepth: 0)),
            model: initial, data: training,
            validation: windows(Parts.validation), settings: settings, output: output)
        let result = try trainer.run { progress in
            guard let figures = progress.validation else { return }
            print(
                "\(horizon): epoch \(progress.epoch) of \(progress.epochs), loss \(rounded(progress.loss)), "
                    + "validation \(rounded(figures.loss)), \(Int(progress.samplesPerSecond)) windows a second")
            fflush(nil)
        }
        try folder.write(result.model, to: output)
        return errors(of: result.model.ready(), on: windows(Parts.test))
    }

    private func errors(of model: PatchTST, on windows: SeriesWindows) -> (squared: Double, absolute: Double) {
        var (squared, absolute, count) = (0.0, 0.0, 0.0)
        for start in stride(from: 0, to: windows.sampleCount, by: 256) {
            let batch = windows.batch(Array(start..<min(start + 256, windows.sampleCount)), epoch: 0)
            let forecasts = model(batch.contexts)
            for (forecast, target) in zip(forecasts.values, batch.targets.values) where !target.isNaN {
                let error = Double(forecast) - Double(target)
                squared += error * error
                absolute += abs(error)
                count += 1
            }
        }
        return (squared / count, absolute / count)
    }

    /// The paper's model for small data.
    private func config(horizon: Int) throws -> JSONObject {
        let text = """
            {
              "model_type": "patchtst", "context_length": \(lookBack), "prediction_length": \(horizon),
              "patch_length": 16, "patch_stride": 8, "d_model": 16, "num_hidden_layers": 3, "num_attention_heads": 4,
              "ffn_dim": 128, "norm_type": "batchnorm", "pre_norm": false, "positional_encoding_type": "random", "pooling_type": null,
              "scaling": "std", "num_input_channels": 7
            }
            """
        return try JSONObject(bytes: Array(text.utf8), path: "the sizes of PatchTST")
    }
}

/// The benchmark's parts of ETTh1, in rows: months of 30 days.
enum Parts {
    static let training = 0..<8_640
    static let validation = 8_640..<11_520
    static let test = 11_520..<14_400
}
