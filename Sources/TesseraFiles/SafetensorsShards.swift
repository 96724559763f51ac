internal import TesseraTensor

/// Weights as safetensors: one file, or the shards that an index lists.
enum SafetensorsFormat: WeightFormat {
    static func open(_ folder: ModelFolder, allowNonFinite: Bool) throws(FileError) -> (any TensorContainer)? {
        let name = "model.safetensors"
        if try folder.contains(name) { return try Safetensors(try folder.open(name), allowNonFinite: allowNonFinite) }
        guard try folder.contains(ShardIndex.name) else { return nil }
        return try SafetensorsShards(folder, allowNonFinite: allowNonFinite)
    }
}

/// A model cut into several safetensors files.
struct SafetensorsShards: TensorContainer {
    let path: String
    /// File by file, in the order of their headers.
    let names: [String]
    private let files: [Safetensors]
    /// The file that each tensor is read from.
    private let positions: [ByteKey: Int]

    /// Opens the files that the folder's index lists.
    ///
    /// - Throws: `FileError` when one is missing, damaged, outside the folder, or lacks a tensor that the index says it holds.
    init(_ folder: ModelFolder, allowNonFinite: Bool) throws(FileError) {
        let index = try ShardIndex(folder)
        var files: [Safetensors] = []
        for shard in index.shards {
            files.append(try Safetensors(try folder.open(shard), allowNonFinite: allowNonFinite))
        }
        for (name, position) in index.positions where !files[position].contains(name.string) {
            let file = files[position].path
            let cause = "lacks a tensor that the index says it holds"
            throw FileError(.badData, path: file, cause: cause, place: "tensor \(name.string.quoted)")
        }
        (path, self.files) = (folder.path, files)
        (names, positions) = SafetensorsShards.merge(files, index.positions)
    }

    func shape(of name: String) -> [Int]? { file(of: name)?.shape(of: name) }

    func path(of name: String) -> String { file(of: name)?.path ?? path }

    func readTensor(_ name: String) throws(FileError) -> Tensor { try existingFile(of: name).readTensor(name) }

    func readStored(_ name: String) throws(FileError) -> StoredTensor { try existingFile(of: name).readStored(name) }

    private func file(of name: String) -> Safetensors? { positions[ByteKey(name)].map { files[$0] } }

    private func existingFile(of name: String) throws(FileError) -> Safetensors {
        guard let file = file(of: name) else {
            throw FileError(.badData, path: path, cause: "is missing", place: "tensor \(name.quoted)")
        }
        return file
    }

    /// Adds the tensors that the shards hold though the index does not list them: whoever loads a model reports them.
    private static func merge(
        _ files: [Safetensors], _ listed: [ByteKey: Int]
    ) -> (names: [String], positions: [ByteKey: Int]) {
        var positions = listed
        var names: [String] = []
        for (position, file) in files.enumerated() {
            for name in file.names {
                let place = positions[ByteKey(name)] ?? position
                positions[ByteKey(name)] = place
                if place == position { names.append(name) }
            }
        }
        return (names, positions)
    }
}
