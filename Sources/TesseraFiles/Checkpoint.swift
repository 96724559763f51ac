public import TesseraTensor

/// The weights of a model's folder, in whatever format they are: `model.safetensors`, or the shards that
/// `model.safetensors.index.json` lists; where there is neither, `pytorch_model.bin`, or the shards of its index.
///
/// ```swift
/// let checkpoint = try Checkpoint(folder: "Models/vit-cifar10")
/// let weight = try checkpoint.readTensor("classifier.weight")
/// ```
public struct Checkpoint: Sendable {
    /// The folder, for errors about the checkpoint as a whole.
    public let path: String
    private let container: any TensorContainer

    /// The formats that are read, in the order in which they are looked for.
    private static var formats: [any WeightFormat.Type] { [SafetensorsFormat.self, PyTorchFormat.self] }

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
        if let container = folder.presentedWeights(allowNonFinite: allowNonFinite) {
            (path, self.container) = (container.path, container)
            return
        }
        for format in Checkpoint.formats {
            guard let container = try format.open(folder, allowNonFinite: allowNonFinite) else { continue }
            (path, self.container) = (folder.path, try folder.adapted(container, allowNonFinite: allowNonFinite))
            return
        }
        throw ConvertibleWeights.error(folder)
    }

    /// Weights that were opened elsewhere.
    public init(_ container: any TensorContainer) { (path, self.container) = (container.path, container) }

    /// The names of all tensors, file by file in the order in which they lie; none occurs twice.
    public var names: [String] { container.names }

    /// Whether there is a tensor of that name.
    public func contains(_ name: String) -> Bool { container.contains(name) }

    /// The shape of a tensor; `nil` when there is none of that name.
    public func shape(of name: String) -> [Int]? { container.shape(of: name) }

    /// The file that a tensor lies in, for errors; the folder when there is none of that name.
    public func path(of name: String) -> String { contains(name) ? container.path(of: name) : path }

    /// Reads a tensor, converted to Float32.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name or it holds NaN or infinity.
    public func readTensor(_ name: String) throws(FileError) -> Tensor {
        guard contains(name) else { throw missing(name) }
        return try container.readTensor(name)
    }

    /// Whether some rows of a tensor, of its slowest dimension, are read without the others.
    public func readsRows(of name: String) -> Bool { container.readsRows(of: name) }

    /// Reads some rows of a tensor, of its slowest dimension, converted to Float32.
    ///
    /// - Parameter rows: of those that it has.
    /// - Throws: `FileError` naming the file and the tensor.
    public func readTensor(_ name: String, rows: Range<Int>) throws(FileError) -> Tensor {
        guard contains(name) else { throw missing(name) }
        return try container.readTensor(name, rows: rows)
    }

    /// Reads a tensor as it is stored.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name or it does not fit into memory.
    public func readStored(_ name: String) throws(FileError) -> StoredTensor {
        guard contains(name) else { throw missing(name) }
        return try container.readStored(name)
    }

    private func missing(_ name: String) -> FileError {
        FileError(.badData, path: path, cause: "is missing", place: "tensor \(name.quoted)")
    }
}
