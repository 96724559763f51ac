import TesseraCommands
import TesseraFiles
import TesseraForecasting
import TesseraLayers
import TesseraSeries
import TesseraTraining

/// The training of a forecaster, of any family that can be trained: which windows it learns from and which it validates with.
struct SeriesTask<Objective: TrainingObjective>: TrainingTask
where Objective.Batch == SeriesBatch, Objective.Model: TrainableForecaster {
    let objective: Objective
    private let data: SeriesData
    private let options: SeriesOptions
    private let forecaster: ForecasterFolder
    private let start: StartOptions

    var samples: String { "windows" }
    var listedCount: Int { data.training.sampleCount }
    var fileNames: [String] { ForecasterFolder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }
    var usualBatchSize: Int { 64 }
    var finetuningShare: Double { 0.1 }

    init(
        _ objective: Objective, _ data: SeriesData, _ options: SeriesOptions, _ forecaster: ForecasterFolder,
        _ start: StartOptions
    ) {
        (self.objective, self.data, self.options) = (objective, data, options)
        (self.forecaster, self.start) = (forecaster, start)
    }

    var facts: [(name: String, value: String)] {
        [
            ("start", start.from ?? "a new model"), ("dropout", "\(options.dropout)"),
            ("synthetic windows", options.synthetic.map { "\($0)" } ?? "none"),
            ("stride of windows", "\(options.stride)"), ("standardized columns", "\(options.standardize)"),
            ("part kept for validation", data.others == nil ? "\(data.fraction)" : "other series"),
            ("list of training series", checksum(data.tables?.lines ?? [], of: "series")),
            ("list of validation series", checksum(data.others?.lines ?? [], of: "series")),
        ] + facts(forecaster.config)
    }

    func adapt(_ settings: inout TrainingSettings) {
        settings.microBatchSize = 32
    }

    func read(
        isQuiet: Bool, warn: (String) -> Void
    ) throws(FileError) -> (training: MixedWindows, validation: MixedWindows?) {
        // The tables are read already: how many windows they have does not show before.
        [data.tables, data.others].compactMap(\.self).flatMap(\.warnings).forEach(warn)
        return (data.training, data.validation)
    }

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<Objective.Model> {
        // What batch normalisation takes its statistics from, where there is such: windows from all over.
        let count = min(256, data.training.sampleCount)
        let some = (0..<count).map { $0 * data.training.sampleCount / count }
        return try forecaster.initialModel(
            seed: seed, calibratedOn: (try? data.training.batch(some, epoch: 0))?.contexts)
    }

    func write(_ model: Trainable<Objective.Model>, to folder: String) throws(FileError) {
        try forecaster.write(model, to: folder)
    }

    /// The errors of the finished model in what it did not learn from, beside those of seasonal naive.
    func evaluation(of folder: String, on validation: MixedWindows?, isQuiet: Bool) throws -> String? {
        guard let (series, origins) = data.backtest, !series.isEmpty else { return nil }
        let forecaster = try Forecaster(folder: folder)
        let backtest = forecaster.givesQuantiles ? Backtest(origins) : Backtest(origins, quantileLevels: [])
        do {
            return try text(of: backtest.report([forecaster], on: series))
        } catch let error as SeriesError {
            return "not measured beside seasonal naive: \(error)"
        }
    }

    private func text(of report: BacktestReport) -> String? {
        guard let naive = report.rows.first?.accuracy, let own = report.rows.last?.accuracy else { return nil }
        let figures = [
            ("MASE", own.meanAbsoluteScaledError, naive.meanAbsoluteScaledError),
            ("weighted quantile loss", own.weightedQuantileLoss, naive.weightedQuantileLoss),
        ].filter { $0.1.isFinite && $0.2.isFinite }
        let texts = figures.map { name, own, naive in
            "\(name) \(formatted("%.4g", own)), seasonal naive \(formatted("%.4g", naive))"
        }
        return (texts + ["\(report.windowCount) windows of \(report.horizon) steps"]).joined(separator: "; ")
    }
}
