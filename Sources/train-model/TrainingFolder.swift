import TesseraCommands
import TesseraFiles
import TesseraTraining

/// The folder that a training writes to: who began it, with which settings, and whether it is finished stands in its
/// `training.json`.
struct TrainingFolder {
    let path: String
    /// What training.json says; nil where the folder is new.
    private let record: JSONObject?

    /// - Throws: `FileError.cannotCreate` when the folder cannot be written to, or holds something else than a training;
    ///   `FileError.badData` when training.json is damaged.
    init(_ path: String) throws(FileError) {
        self.path = path
        guard try isExistingFolder(path) else {
            try requireCreatable([path])
            // The folder does not exist, and something that is not a folder would be in its way.
            if (try? InputFile(path)) != nil { throw FileError(.cannotCreate, path: path, cause: "is a file") }
            record = nil
            return
        }
        try requireCreatable([joinPath(path, TrainingFolder.name)])
        let names = try readFolder(path)
        if names.contains(TrainingFolder.name) {
            record = try JSONObject.read(joinPath(path, TrainingFolder.name))
            return
        }
        record = nil
        guard let other = names.first(where: { !$0.hasPrefix(".") }) else { return }
        let cause = "holds \(other.quoted) and no training: name a new folder, or an empty one"
        throw FileError(.cannotCreate, path: path, cause: cause)
    }

    /// Whether a training with these settings is finished here; its checkpoints are then gone.
    ///
    /// - Throws: `FileError.cannotCreate` naming a setting that differs from those of the training that is here.
    func isFinished(_ settings: [(name: String, value: String)]) throws(FileError) -> Bool {
        guard let record, let saved = try record.object("settings") else { return false }
        for (name, now) in settings {
            let before = saved.contains(name) ? try saved.string(name) : "nothing"
            guard before != now else { continue }
            let change = "\(name) was \(before.quoted) and is now \(now.quoted)"
            let cause = "holds a training with other settings, \(change): name another folder"
            throw FileError(.cannotCreate, path: path, cause: cause)
        }
        guard try record.boolean("finished", default: false) else { return false }
        try removeFolder(joinPath(path, "checkpoints"))
        return true
    }

    /// Creates the folder, where it is not there yet, and notes what goes on in it.
    ///
    /// - Parameter fileNames: of the files that the model will have.
    func begin(_ settings: [(name: String, value: String)], fileNames: [String]) throws(FileError) {
        try createFolder(path)
        for name in [TrainingFolder.name] + fileNames { removeLeftovers(of: name, in: path) }
        if record == nil { try write(settings, figures: nil, hasLabels: false, isFinished: false) }
    }

    /// Notes that the model is written, and removes the checkpoints.
    ///
    /// - Parameter hasLabels: whether the figures have an accuracy.
    func finish(
        _ settings: [(name: String, value: String)], _ figures: ValidationFigures?, hasLabels: Bool
    ) throws(FileError) {
        try write(settings, figures: figures, hasLabels: hasLabels, isFinished: true)
        try removeFolder(joinPath(path, "checkpoints"))
    }

    private static let name = "training.json"

    private func write(
        _ settings: [(name: String, value: String)], figures: ValidationFigures?, hasLabels: Bool, isFinished: Bool
    ) throws(FileError) {
        var json = JSONWriter(indentation: 2)
        json.object { json in
            json.write(isFinished, for: "finished")
            if let figures {
                json.object("validation") { json in
                    json.write(figures.epoch, for: "epoch")
                    json.write(figures.step, for: "step")
                    json.write(figures.loss, for: "loss")
                    if hasLabels { json.write(figures.accuracy, for: "accuracy") }
                }
            }
            json.object("settings") { json in for (name, value) in settings { json.write(value, for: name) } }
        }
        let target = joinPath(path, TrainingFolder.name)
        try writeAtomically(to: target, try json.finish(path: target))
    }
}
