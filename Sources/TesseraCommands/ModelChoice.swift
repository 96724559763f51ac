internal import ArgumentParser
public import TesseraFiles

/// Which model a command runs.
extension CommonOptions {
    /// The folder that `--model` means, or that of the model that ships for the command.
    ///
    /// - Parameters:
    ///   - shippedName: the model that ships for the command.
    ///   - shippedModels: the folder that holds the models that ship; nil when the program was moved away without it.
    ///   - acceptsFile: whether `--model` may name one file of weights.
    /// - Throws: `FileError.unreadable` when the model is not there.
    public func modelFolder(
        shippedName: String, shippedModels: String?, acceptsFile: Bool = false
    ) throws(FileError) -> ModelFolder {
        if let model { return try ModelFolder.resolve(model, shippedModels: shippedModels, acceptsFile: acceptsFile) }
        guard let shippedModels, isFolder(joinPath(shippedModels, shippedName)) else {
            throw FileError(
                .unreadable, path: shippedName,
                cause: "the model that ships is not beside this program; --model or TESSERA_MODELS say where one is")
        }
        return try ModelFolder(joinPath(shippedModels, shippedName))
    }

    /// The folder that `--model` means, for a command that no model ships for.
    ///
    /// - Parameter absence: what is said where it is not given.
    /// - Throws: `ValidationError` (exit code 64) where it is not given; `FileError.unreadable` when the model is not there.
    public func requiredModelFolder(
        shippedModels: String?, absence: String = "--model must say which model: none ships for this."
    ) throws -> ModelFolder {
        guard let model else { throw ValidationError(absence) }
        return try ModelFolder.resolve(model, shippedModels: shippedModels)
    }

    /// Prints the models that are found, a line each with its folder, as `--list-models` asks.
    ///
    /// - Parameter modelTypes: the `model_type`s of config.json that the command runs.
    public func printModels(ofTypes modelTypes: [String], shippedModels: String?) throws {
        let models = ModelFolder.available(shippedModels: shippedModels, modelTypes: Set(modelTypes))
        let width = models.map(\.name.count).max() ?? 0
        for model in models {
            try StandardOutput.write(model.name.padded(to: width) + "  " + model.path + "\n")
        }
        if models.isEmpty { run.warn("no model is found: none beside this program and none in the hub's cache") }
    }
}
