extension ModelFolder {
    /// What a folder of the hub would hold of a model whose files are others.
    struct Presentation: Sendable {
        /// Its files by name, but for the weights.
        let files: [String: [UInt8]]
        /// The file that they were made of, for errors.
        let source: String
        /// Opens the weights.
        let weights: @Sendable (_ allowNonFinite: Bool) -> any TensorContainer

        func contents(of name: String) throws(FileError) -> [UInt8] {
            guard let bytes = files[name] else {
                throw FileError(.unreadable, path: source, cause: "has no \(name.quoted)")
            }
            return bytes
        }
    }

    /// The same model, read from what its folder of the hub would hold, and from nothing else.
    ///
    /// - Parameters:
    ///   - files: its files by name, but for the weights.
    ///   - source: the file that they were made of, for errors.
    ///   - weights: the weights under the hub's names, with or without NaN and infinite values.
    package func presented(
        files: [String: [UInt8]], source: String,
        weights: @escaping @Sendable (_ allowNonFinite: Bool) -> any TensorContainer
    ) -> ModelFolder {
        var folder = self
        folder.presentation = Presentation(files: files, source: source, weights: weights)
        return folder
    }

    /// The weights of a model that is presented; nil for a folder of the hub, which is looked into.
    func presentedWeights(allowNonFinite: Bool) -> (any TensorContainer)? { presentation?.weights(allowNonFinite) }

    /// The files of weights that the model may be read from: no place for an output.
    package var weightPaths: [String] {
        isFile ? [path] : ["model.safetensors", "pytorch_model.bin", "model.bin"].map { joinPath(path, $0) }
    }
}
