/// Weights that `torch.save` wrote: `pytorch_model.bin`, or the shards that an index lists.
enum PyTorchFormat: WeightFormat {
    static func open(_ folder: ModelFolder, allowNonFinite: Bool) throws(FileError) -> (any TensorContainer)? {
        let name = "pytorch_model.bin"
        if try folder.contains(name) { return try PyTorchFile(try folder.open(name), allowNonFinite: allowNonFinite) }
        return try TensorShards(folder, index: name + ".index.json") { file throws(FileError) in
            try PyTorchFile(file, allowNonFinite: allowNonFinite)
        }
    }
}
