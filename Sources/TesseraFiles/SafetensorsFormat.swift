/// Weights as safetensors: one file, or the shards that an index lists.
enum SafetensorsFormat: WeightFormat {
    static func open(_ folder: ModelFolder, allowNonFinite: Bool) throws(FileError) -> (any TensorContainer)? {
        let name = "model.safetensors"
        if try folder.contains(name) { return try Safetensors(try folder.open(name), allowNonFinite: allowNonFinite) }
        return try TensorShards(folder, index: name + ".index.json") { file throws(FileError) in
            try Safetensors(file, allowNonFinite: allowNonFinite)
        }
    }
}
