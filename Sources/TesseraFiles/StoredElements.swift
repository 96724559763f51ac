import TesseraTensor

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A tensor whose elements lie in a file one after the other, each with its lowest byte first.
///
/// Whoever makes a value of this type has checked that all of them lie inside the file.
struct StoredElements: Sendable {
    /// What the tensor is called, for errors.
    let name: String
    let file: InputFile
    /// Where the first element begins.
    let offset: Int
    let type: ElementType
    let shape: [Int]

    /// The number of elements.
    var count: Int { shape.reduce(1, *) }

    /// The tensor, converted to Float32.
    ///
    /// - Throws: `FileError.badData` when it does not fit into memory, or a value is NaN or infinite in Float32 and that was not
    ///   allowed.
    func tensor(allowNonFinite: Bool) throws(FileError) -> Tensor {
        try requireMemory(elementSize: MemoryLayout<Float>.size)
        var tensor = Tensor(uninitialized: shape)
        var isFinite = true
        try tensor.withMutableValues { values throws(FileError) in
            if type == .float32 {
                isFinite = try readFloats(into: values)
            } else {
                try forEachChunk { bytes, range in
                    let target = UnsafeMutableBufferPointer(rebasing: values[range])
                    convert(bytes, type, to: target)
                    isFinite = isFinite && (type.isInteger || areFinite(UnsafeBufferPointer(target)))
                }
            }
        }
        guard isFinite || allowNonFinite else { throw nonFinite }
        return tensor
    }

    /// The tensor as it is stored.
    ///
    /// - Throws: `FileError.badData` when it does not fit into memory.
    func stored() throws(FileError) -> StoredTensor {
        try requireMemory(elementSize: MemoryLayout<Int64>.size)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * type.byteCount)
        try forEachChunk { piece, _ in bytes.append(contentsOf: piece) }
        return StoredTensor(type: type, shape: shape, bytes: bytes)
    }

    /// Some rows of the tensor: of the slowest dimension.
    func rows(_ rows: Range<Int>) -> StoredElements {
        let rowByteCount = shape.dropFirst().reduce(type.byteCount, *)
        return StoredElements(
            name: name, file: file, offset: offset + rows.lowerBound * rowByteCount, type: type,
            shape: [rows.count] + shape.dropFirst())
    }

    /// Refuses a tensor that cannot be held with `elementSize` bytes an element. A sparse file can be larger than memory and cost
    /// nothing.
    func requireMemory(elementSize: Int) throws(FileError) {
        let memory = max(sysconf(Int32(_SC_PHYS_PAGES)), 1) * max(sysconf(Int32(_SC_PAGESIZE)), 4096)
        guard count <= memory / elementSize else {
            throw error("has \(count) elements, more than this machine's memory holds")
        }
    }

    func error(_ cause: String) -> FileError {
        FileError(.badData, path: file.path, cause: cause, place: "tensor \(name.quoted)")
    }

    /// What a tensor is refused with that holds such values, unless they are allowed.
    var nonFinite: FileError { error("holds a value that is NaN or infinite") }

    private static let chunkCount = 1 << 20

    /// Reads straight into `values`, piece by piece so that each is checked while it is in the cache.
    private func readFloats(into values: UnsafeMutableBufferPointer<Float>) throws(FileError) -> Bool {
        var isFinite = true
        let step = StoredElements.chunkCount / MemoryLayout<Float>.size
        for start in stride(from: 0, to: values.count, by: step) {
            let piece = UnsafeMutableBufferPointer(rebasing: values[start..<min(start + step, values.count)])
            let place = offset + start * MemoryLayout<Float>.size
            try file.read(at: place, into: UnsafeMutableRawBufferPointer(piece))
            isFinite = isFinite && areFinite(UnsafeBufferPointer(piece))
        }
        return isFinite
    }

    /// Calls `body` with the tensor's bytes piece by piece, and with the range of elements they hold.
    func forEachChunk(_ body: (UnsafeRawBufferPointer, Range<Int>) -> Void) throws(FileError) {
        let step = StoredElements.chunkCount / type.byteCount
        let count = count
        let memory = AlignedMemory(byteCount: min(step, count) * type.byteCount)
        defer { withExtendedLifetime(memory) {} }
        let buffer = UnsafeMutableRawBufferPointer(start: memory.address, count: memory.byteCount)
        for start in stride(from: 0, to: count, by: step) {
            let range = start..<min(start + step, count)
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(range.count * type.byteCount)])
            try file.read(at: offset + start * type.byteCount, into: piece)
            body(UnsafeRawBufferPointer(piece), range)
        }
    }
}
