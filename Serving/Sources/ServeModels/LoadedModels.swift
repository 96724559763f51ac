internal import Foundation
internal import TesseraFiles
internal import TesseraModels
internal import TesseraServer

extension ServeModels {
    /// The models that are named, or those that ship, loaded.
    ///
    /// - Throws: `FileError` naming the file and the key or tensor.
    func loadedModels() throws -> ServedModels {
        var models = ServedModels()
        try models.load(folders(), precision: precision)
        return models
    }

    private func folders() throws -> [(task: ServedTask, folder: ModelFolder)] {
        guard model.isEmpty else {
            return try namedModels.map { task, name in
                let folder = try ModelFolder.resolve(
                    name, shippedModels: ShippedModels.folder, acceptsFile: task == .transcribeAudio)
                return (task, folder)
            }
        }
        return try ServedTask.allCases.compactMap { task in
            guard let name = task.shippedModel else { return nil }
            guard let folder = ShippedModels.folder(of: name) else {
                throw FileError(
                    .unreadable, path: name.rawValue,
                    cause: "the model that ships is not beside this program; --model or TESSERA_MODELS say where one is"
                )
            }
            return (task, try ModelFolder(folder))
        }
    }
}
