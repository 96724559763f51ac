public import TesseraTensor

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

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
            FileError(.badData, path: file.path, cause: ForeignFormat.cause(start) ?? cause)
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
        let entry = try entry(name, elementSize: MemoryLayout<Float>.size)
        var tensor = Tensor(uninitialized: entry.shape)
        var isFinite = true
        try tensor.withMutableValues { values throws(FileError) in
            if entry.type == .float32 {
                isFinite = try readFloats(entry, into: values)
            } else {
                try readChunks(entry) { bytes, range in
                    let target = UnsafeMutableBufferPointer(rebasing: values[range])
                    convert(bytes, entry.type, to: target)
                    isFinite = isFinite && (entry.type.isInteger || areFinite(UnsafeBufferPointer(target)))
                }
            }
        }
        guard isFinite || allowNonFinite else { throw error(name, "holds a value that is NaN or infinite") }
        return tensor
    }

    /// Reads a tensor of integers or booleans, exactly.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name, when it holds floating-point
    ///   numbers, does not fit into memory, or holds a value of 2⁶³ or more.
    public func readIntegers(_ name: String) throws(FileError) -> [Int64] {
        let entry = try entry(name, elementSize: MemoryLayout<Int64>.size)
        guard entry.type.isInteger else { throw error(name, "holds \(entry.type.rawValue) where integers belong") }
        var integers: [Int64] = []
        integers.reserveCapacity(entry.count)
        try readChunks(entry) { bytes, _ in appendIntegers(bytes, entry.type, to: &integers) }
        guard entry.type != .uint64 || integers.allSatisfy({ $0 >= 0 }) else {
            throw error(name, "holds an integer of 2^63 or more")
        }
        return integers
    }

    /// Reads a tensor as it is stored.
    ///
    /// - Throws: `FileError.badData` naming the tensor when there is none of that name or it does not fit into memory.
    public func readStored(_ name: String) throws(FileError) -> StoredTensor {
        let entry = try entry(name, elementSize: MemoryLayout<Int64>.size)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entry.bytes.count)
        try readChunks(entry) { piece, _ in bytes.append(contentsOf: piece) }
        return StoredTensor(type: entry.type, shape: entry.shape, bytes: bytes)
    }

    /// The tensor's place, once it is sure that it can be held in memory with `elementSize` bytes an element.
    private func entry(_ name: String, elementSize: Int) throws(FileError) -> SafetensorsEntry {
        guard let position = positions[ByteKey(name)] else { throw error(name, "is missing") }
        let entry = entries[position]
        // A sparse file can be larger than memory and cost nothing.
        let memory = max(sysconf(Int32(_SC_PHYS_PAGES)), 1) * max(sysconf(Int32(_SC_PAGESIZE)), 4096)
        guard entry.count <= memory / elementSize else {
            throw error(name, "has \(entry.count) elements, more than this machine's memory holds")
        }
        return entry
    }

    private func error(_ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: path, cause: cause, place: "tensor \(name.quoted)")
    }

    private static let chunkCount = 1 << 20

    /// Reads straight into `values`, piece by piece so that each is checked while it is in the cache.
    private func readFloats(
        _ entry: SafetensorsEntry, into values: UnsafeMutableBufferPointer<Float>
    ) throws(FileError) -> Bool {
        var isFinite = true
        let step = Safetensors.chunkCount / MemoryLayout<Float>.size
        for start in stride(from: 0, to: values.count, by: step) {
            let piece = UnsafeMutableBufferPointer(rebasing: values[start..<min(start + step, values.count)])
            let offset = dataStart + entry.bytes.lowerBound + start * MemoryLayout<Float>.size
            try file.read(at: offset, into: UnsafeMutableRawBufferPointer(piece))
            isFinite = isFinite && areFinite(UnsafeBufferPointer(piece))
        }
        return isFinite
    }

    /// Calls `body` with the tensor's bytes piece by piece, and with the range of elements they hold.
    private func readChunks(
        _ entry: SafetensorsEntry, _ body: (UnsafeRawBufferPointer, Range<Int>) -> Void
    ) throws(FileError) {
        let step = Safetensors.chunkCount / entry.type.byteCount
        let byteCount = min(step, entry.count) * entry.type.byteCount
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
        defer { buffer.deallocate() }
        for start in stride(from: 0, to: entry.count, by: step) {
            let range = start..<min(start + step, entry.count)
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(range.count * entry.type.byteCount)])
            let offset = dataStart + entry.bytes.lowerBound + start * entry.type.byteCount
            try file.read(at: offset, into: piece)
            body(UnsafeRawBufferPointer(piece), range)
        }
    }
}
