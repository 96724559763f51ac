import TesseraFiles
import TesseraLanguage
import TesseraLayers
import TesseraTraining

/// The training of a model of texts, whole or by adapters.
protocol TextTrainingTask: TrainingTask {
    associatedtype Folder: TextTrainingFolder where Folder.Network == Objective.Model

    /// The model's folder.
    var folder: Folder { get }
    var start: StartOptions { get }
    /// How it learns by adapters; nil where all of it learns.
    var adaptation: LowRankAdaptation? { get }
}

extension TextTrainingTask {
    var fileNames: [String] { adaptation?.fileNames(folder) ?? folder.fileNames }
    var startsFromModel: Bool { start.isFinetuning }

    /// What must stay the same where a training is resumed, whatever is learned.
    var commonFacts: [(name: String, value: String)] {
        [("start", start.from ?? "a new model")] + (adaptation?.facts ?? []) + facts(folder.config)
    }

    func adapt(_ settings: inout TrainingSettings) { adaptation?.adapt(&settings, folder) }

    func initialModel(seed: UInt64) throws(FileError) -> Trainable<Objective.Model> {
        guard let adaptation else { return try folder.initialModel(seed: seed) }
        return try adaptation.model(of: folder, seed: seed)
    }

    func write(_ model: Trainable<Objective.Model>, to path: String) throws(FileError) {
        guard let adaptation else { return try folder.write(model, to: path) }
        try adaptation.write(model, folder, to: path)
    }

    func evaluation(of folder: String, on validation: Data?, isQuiet: Bool) throws -> String? { nil }
}
