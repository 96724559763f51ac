public import TesseraTensor

/// A safetensors file, open for reading: its table of contents is checked at once, its tensors are read when asked for.
///
/// ```swift
/// let file = try Safetensors("model.safetensors")
/// let weight = try file.readTensor("classifier.weight")   // Float32, whatever the file holds
/// ```
public final class Safetensors: TensorContainer {
    /// The file as the user named it.
    public let path: String
    /// The tensors' names in the order of the header; none occurs twice.
    public let names: [String]
    /// The pairs of `__metadata__` in the order of the header.
    public let metadata: [(String, String)]
    private let file: InputFile
    private let dataStart: Int
    private let entries: [SafetensorsEntry]
    private let positions: [ByteKey: Int]
    private let allowNonFinite: Bool

    /// Opens `path` and checks its table of contents.
    ///
    /// - Parameter allowNonFinite: Accept NaN and infinite values in floating-point tensors.
    /// - Throws: `FileError.unreadable` when there is no such file, `FileError.badData` naming the tensor when the
    ///   contents break the format, and saying what the file is when it is something else.
    public convenience init(_ path: String, allowNonFinite: Bool = false) throws(FileError) {
        try self.init(try InputFile(path), allowNonFinite: allowNonFinite)
    }

    init(_ file: InputFile, allowNonFinite: Bool) throws(FileError) {
        let headerCount = try Safetensors.headerCount(file)
        dataStart = 8 + headerCount
        let bytes = try file.bytes(at: 8, count: headerCount)
        let header: SafetensorsHeader
        do throws(FileError) {
            header = try SafetensorsHeader(bytes, dataCount: file.byteCount - dataStart, path: file.path)
        } catch {
            // The place inside the header helps only with what names the tensor.
            throw error.place?.hasPrefix("line") == true
                ? FileError(error.kind, path: error.path, cause: "has a header that " + error.cause, place: error.place)
                : error
        }
        self.file = file
        self.allowNonFinite = allowNonFinite
        path = file.path
        entries = header.entries
        metadata = header.metadata
        names = entries.map(\.name)
        var positions: [ByteKey: Int] = [:]
        positions.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() { positions[ByteKey(entry.name)] = position }
        self.positions = positions
    }

    private static func headerCount(_ file: InputFile) throws(FileError) -> Int {
        let start = try file.bytes(at: 0, count: min(file.byteCount, ForeignFormat.prefixCount))
        func refuse(_ cause: String) -> FileError {
            FileError(.badData, path: file.path, cause: ForeignFormat.cause(start, path: file.path) ?? cause)
        }
        guard start.count >= 8 else { throw refuse("is too short for safetensors: \(start.count) bytes") }
        let count = start[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard count > 0 else { throw refuse("has an empty header") }
        guard count <= SafetensorsHeader.byteLimit else {
            throw refuse("claims a header of \(count) bytes; at most \(SafetensorsHeader.byteLimit) are allowed")
        }
        guard count <= file.byteCount - 8 else {
            throw refuse("claims a header of \(count) bytes, but has only \(file.byteCount - 8) after its length")
        }
        return Int(count)
    }

    /// Whether there is a tensor of that name.
    public func contains(_ name: String) -> Bool { positions[ByteKey(name)] != nil }

    /// The shape of a tensor; `nil` when there is none of that name.
    public func shape(of name: String) -> [Int]? { positions[ByteKey(name)].map { entries[$0].shape } }

    /// The element type of a tensor; `nil` when there is none of that name.
    public func type(of name: String) -> ElementType? { positions[ByteKey(name)].map { entries[$0].type } }

    /// Reads a tensor, converted to Float32. Whole numbers beyond 2²⁴ are rounded: `readIntegers` keeps them.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name, when it does not fit into
    ///   memory, or when a value is NaN or infinite in Float32 and that was not allowed.
    public func readTensor(_ name: String) throws(FileError) -> Tensor {
        try readTensor(name, rows: nil)
    }

    public func readsRows(of name: String) -> Bool { shape(of: name)?.isEmpty == false }

    /// Reads some rows of a tensor, converted to Float32; all of it where `rows` is nil.
    ///
    /// - Throws: as `readTensor`.
    public func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        let elements = try elements(name)
        return try (rows.map(elements.rows) ?? elements).tensor(allowNonFinite: allowNonFinite)
    }

    /// Reads a tensor of integers or booleans, exactly.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name, when it holds floating-point
    ///   numbers, does not fit into memory, or holds a value of 2⁶³ or more.
    public func readIntegers(_ name: String) throws(FileError) -> [Int64] {
        let elements = try elements(name)
        let type = elements.type
        guard type.isInteger else { throw elements.error("holds \(type.rawValue) where integers belong") }
        try elements.requireMemory(elementSize: MemoryLayout<Int64>.size)
        var integers: [Int64] = []
        integers.reserveCapacity(elements.count)
        try elements.forEachChunk { bytes, _ in appendIntegers(bytes, type, to: &integers) }
        guard type != .uint64 || integers.allSatisfy({ $0 >= 0 }) else {
            throw elements.error("holds an integer of 2^63 or more")
        }
        return integers
    }

    /// Reads a tensor as it is stored.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name or it does not fit into memory.
    public func readStored(_ name: String) throws(FileError) -> StoredTensor { try elements(name).stored() }

    private func elements(_ name: String) throws(FileError) -> StoredElements {
        guard let position = positions[ByteKey(name)] else {
            throw FileError(.badData, path: path, cause: "is missing", place: "tensor \(name.quoted)")
        }
        let entry = entries[position]
        return StoredElements(
            name: name, file: file, offset: dataStart + entry.bytes.lowerBound, type: entry.type, shape: entry.shape)
    }
}
