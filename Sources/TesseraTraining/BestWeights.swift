internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor

/// `best.safetensors` among a training's snapshots: the weights that validated best, with their figures in the same file, so that
/// neither is ever without the other.
struct BestWeights: Sendable {
    static let name = "best.safetensors"
    private let path: String

    init(in snapshots: TrainingSnapshots) { path = joinPath(snapshots.folder, BestWeights.name) }

    func save(_ parameters: Parameters, _ figures: ValidationFigures) throws(FileError) {
        try Safetensors.write(
            zip(parameters.names, parameters.tensors).map { (name: $0, tensor: $1) },
            metadata: [
                ("step", "\(figures.step)"), ("epoch", "\(figures.epoch)"), ("loss", "\(figures.loss)"),
                ("accuracy", "\(figures.accuracy)"),
            ], to: path)
    }

    /// - Throws: `FileError` when the file is absent or damaged.
    func read() throws(FileError) -> (parameters: Parameters, figures: ValidationFigures) {
        let file = try Safetensors(path)
        func number(_ name: String) throws(FileError) -> Double {
            guard let text = file.metadata.first(where: { $0.0 == name })?.1, let number = Double(text) else {
                throw FileError(.badData, path: path, cause: "lacks the figure \(name.quoted)")
            }
            return number
        }
        let figures = ValidationFigures(
            step: Int(exactly: try number("step")) ?? 0, epoch: Int(exactly: try number("epoch")) ?? 0,
            loss: try number("loss"), accuracy: try number("accuracy"))
        return (try Parameters(file), figures)
    }
}
