extension ModelFolder {
    /// The same model with an adapter in PEFT's format. What its folder holds beside its weights, such as a config.json with other labels,
    /// goes before the model's files.
    ///
    /// - Throws: `FileError` where the folder holds no adapter, or one that is not supported.
    public func adapted(by adapter: ModelFolder) throws(FileError) -> ModelFolder {
        _ = try AdapterSettings(adapter.read("adapter_config.json"))
        var folder = self
        folder.adapterPath = adapter.path
        return folder
    }

    /// The weights with those of the adapter, where there is one.
    func adapted(_ weights: any TensorContainer, allowNonFinite: Bool) throws(FileError) -> any TensorContainer {
        guard let adapterPath else { return weights }
        let adapter = try ModelFolder(adapterPath)
        return try AdaptedTensors(
            weights, try Safetensors(adapter.open("adapter_model.safetensors"), allowNonFinite: allowNonFinite),
            AdapterSettings(adapter.read("adapter_config.json")))
    }
}
