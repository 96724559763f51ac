public import TesseraTensor

/// The weights of a model's folder: `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
///
/// ```swift
/// let checkpoint = try Checkpoint(folder: "Models/vit-cifar10")
/// let weight = try checkpoint.readTensor("classifier.weight")
/// ```
public struct Checkpoint: Sendable {
    /// The names of all tensors, file by file in the order of their headers; none occurs twice.
    public let names: [String]
    /// The folder, for errors about the checkpoint as a whole.
    public let path: String
    private let files: [Safetensors]
    /// The file that each tensor is read from.
    private let positions: [ByteKey: Int]

    /// Opens the weights of a folder and checks their tables of contents; no tensor is read yet.
    ///
    /// - Parameter allowNonFinite: Accept NaN and infinite weights.
    /// - Throws: `FileError.unreadable` when there are no weights, or a shard is missing; `FileError.badData` when a
    ///   file is damaged, lies outside the folder, or when there are only weights of other formats: then with the
    ///   call that converts them.
    public init(folder: String, allowNonFinite: Bool = false) throws(FileError) {
        try self.init(try ModelFolder(folder), allowNonFinite: allowNonFinite)
    }

    /// Opens the weights of a folder, as `init(folder:)` does.
    public init(_ folder: ModelFolder, allowNonFinite: Bool = false) throws(FileError) {
        path = folder.path
        if folder.contains("model.safetensors") {
            files = [try Safetensors(try folder.open("model.safetensors"), allowNonFinite: allowNonFinite)]
            names = files[0].names
            positions = [:]
            return
        }
        guard folder.contains(Checkpoint.indexName) else { throw ConvertibleWeights.error(folder) }
        let weights = try Checkpoint.weightMap(folder)
        var files: [Safetensors] = []
        for shard in weights.shards {
            files.append(try Safetensors(try folder.open(shard), allowNonFinite: allowNonFinite))
        }
        for (name, position) in weights.positions where !files[position].contains(name.string) {
            let file = files[position].path
            let cause = "lacks a tensor that the index says it holds"
            throw FileError(.badData, path: file, cause: cause, place: "tensor \(name.string.quoted)")
        }
        self.files = files
        (names, positions) = Checkpoint.merge(files, weights.positions)
    }

    /// Whether there is a tensor of that name.
    public func contains(_ name: String) -> Bool { file(of: name) != nil }

    /// The shape of a tensor; `nil` when there is none of that name.
    public func shape(of name: String) -> [Int]? { file(of: name)?.shape(of: name) }

    /// The file that a tensor lies in, for errors; the folder when there is none of that name.
    public func path(of name: String) -> String { file(of: name)?.path ?? path }

    /// Reads a tensor, converted to Float32.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name or it holds NaN or infinity.
    public func readTensor(_ name: String) throws(FileError) -> Tensor {
        guard let file = file(of: name) else {
            throw FileError(.badData, path: path, cause: "is missing", place: "tensor \(name.quoted)")
        }
        return try file.readTensor(name)
    }

    private func file(of name: String) -> Safetensors? {
        if files.count == 1 { return files[0].contains(name) ? files[0] : nil }
        return positions[ByteKey(name)].map { files[$0] }
    }

    // MARK: The index of shards

    private static let indexName = "model.safetensors.index.json"

    /// The shards' file names in the order they are first named, and the position of each tensor's shard among them.
    private static func weightMap(
        _ folder: ModelFolder
    ) throws(FileError) -> (shards: [String], positions: [ByteKey: Int]) {
        let index = try folder.read(indexName)
        guard let map = try index.object("weight_map"), !map.members.isEmpty else {
            throw index.error("weight_map", "lists no tensors")
        }
        var shards: [ByteKey: Int] = [:]
        var shardNames: [String] = []
        var positions: [ByteKey: Int] = [:]
        for member in map.members {
            guard case .string(let shard) = member.value else {
                throw map.error(member.name, "does not name a file")
            }
            guard isPlainName(shard) else {
                throw map.error(member.name, "names the file \(shard.quoted), which is not inside the folder")
            }
            let position = shards[ByteKey(shard)] ?? shardNames.count
            if position == shardNames.count {
                shards[ByteKey(shard)] = position
                shardNames.append(shard)
            }
            positions[ByteKey(member.name)] = position
        }
        return (shardNames, positions)
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
