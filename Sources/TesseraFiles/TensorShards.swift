internal import TesseraTensor

/// A model cut into several files of one format.
struct TensorShards: TensorContainer {
    let path: String
    /// File by file, in the order of their headers.
    let names: [String]
    private let files: [any TensorContainer]
    /// The file that each tensor is read from.
    private let positions: [ByteKey: Int]

    /// Opens the files that an index of the folder lists; nil where there is no such index.
    ///
    /// - Parameters:
    ///   - name: the index's, `model.safetensors.index.json`.
    ///   - open: opens one of them.
    /// - Throws: `FileError` when one is missing, damaged, outside the folder, or lacks a tensor that the index says it holds.
    init?(
        _ folder: ModelFolder, index name: String,
        open: (InputFile) throws(FileError) -> some TensorContainer
    ) throws(FileError) {
        guard try folder.contains(name) else { return nil }
        let index = try ShardIndex(try folder.read(name))
        var files: [any TensorContainer] = []
        for shard in index.shards { files.append(try open(try folder.open(shard))) }
        for (name, position) in index.positions where !files[position].contains(name.string) {
            let file = files[position].path
            let cause = "lacks a tensor that the index says it holds"
            throw FileError(.badData, path: file, cause: cause, place: "tensor \(name.string.quoted)")
        }
        (path, self.files) = (folder.path, files)
        (names, positions) = TensorShards.merge(files, index.positions)
    }

    func shape(of name: String) -> [Int]? { file(of: name)?.shape(of: name) }

    func path(of name: String) -> String { file(of: name)?.path ?? path }

    func readsRows(of name: String) -> Bool { file(of: name)?.readsRows(of: name) ?? false }

    func readTensor(_ name: String) throws(FileError) -> Tensor { try existingFile(of: name).readTensor(name) }

    func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        try existingFile(of: name).readTensor(name, rows: rows)
    }

    func readStored(_ name: String) throws(FileError) -> StoredTensor { try existingFile(of: name).readStored(name) }

    private func file(of name: String) -> (any TensorContainer)? { positions[ByteKey(name)].map { files[$0] } }

    private func existingFile(of name: String) throws(FileError) -> any TensorContainer {
        guard let file = file(of: name) else {
            throw FileError(.badData, path: path, cause: "is missing", place: "tensor \(name.quoted)")
        }
        return file
    }

    /// Adds the tensors that the shards hold though the index does not list them: whoever loads a model reports them.
    private static func merge(
        _ files: [any TensorContainer], _ listed: [ByteKey: Int]
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
