public import TesseraTensor

/// A file of tensors by name, or several that belong together, open for reading: what a `Checkpoint` takes its weights from.
///
/// Opening it checks its table of contents; tensors are read one by one when they are asked for.
public protocol TensorContainer: Sendable {
    /// The file or folder as the user named it, for errors.
    var path: String { get }
    /// The names of all tensors, in the order in which they lie; none occurs twice.
    var names: [String] { get }

    /// The shape of a tensor; `nil` when there is none of that name.
    func shape(of name: String) -> [Int]?

    /// The file that a tensor lies in, for errors; `path` when there is none of that name.
    func path(of name: String) -> String

    /// Reads a tensor, converted to Float32.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name or it holds NaN or infinity.
    func readTensor(_ name: String) throws(FileError) -> Tensor

    /// Whether some rows of a tensor, of its slowest dimension, are read without the others.
    func readsRows(of name: String) -> Bool

    /// Reads some rows of a tensor, of its slowest dimension; all of it where `rows` is nil.
    ///
    /// - Parameter rows: of those that it has.
    /// - Throws: as `readTensor`.
    func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor

    /// Reads a tensor as it is stored: weights that were quantised, or integers.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name or it does not fit into memory.
    func readStored(_ name: String) throws(FileError) -> StoredTensor
}

extension TensorContainer {
    public func path(of name: String) -> String { path }

    public func readsRows(of name: String) -> Bool { false }

    public func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        let whole = try readTensor(name)
        return rows.map { whole.rows($0) } ?? whole
    }

    /// Whether there is a tensor of that name.
    public func contains(_ name: String) -> Bool { shape(of: name) != nil }
}

/// A tensor with its elements as a file holds them.
public struct StoredTensor: Sendable, Equatable {
    /// What an element is.
    public let type: ElementType
    /// Its sizes, the slowest dimension first.
    public let shape: [Int]
    /// The elements row by row, each with its lowest byte first.
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - type: What an element is.
    ///   - shape: Sizes, the slowest dimension first.
    ///   - bytes: The elements row by row, each with its lowest byte first.
    public init(type: ElementType, shape: [Int], bytes: [UInt8]) {
        precondition(bytes.count == shape.reduce(type.byteCount, *), "as many bytes as the elements take")
        (self.type, self.shape, self.bytes) = (type, shape, bytes)
    }

    /// The numbers that what is stored stands for.
    init(_ tensor: Tensor) {
        let bytes = tensor.withValues { Array(UnsafeRawBufferPointer($0)) }
        self.init(type: .float32, shape: tensor.shape, bytes: bytes)
    }
}
