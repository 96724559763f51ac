internal import TesseraFiles

/// Bytes that can be read at any place: a file's, or some in memory.
enum ByteSource: Sendable {
    case file(InputFile)
    case memory([UInt8], path: String)

    /// What errors name.
    var path: String {
        switch self {
        case .file(let file): file.path
        case .memory(_, let path): path
        }
    }

    var byteCount: Int {
        switch self {
        case .file(let file): file.byteCount
        case .memory(let bytes, _): bytes.count
        }
    }

    /// Fills `target` with the bytes from `offset` on. The caller has checked that there are so many.
    func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(FileError) {
        switch self {
        case .file(let file): try file.read(at: offset, into: target)
        case .memory(let bytes, _):
            bytes.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[offset...].prefix(target.count))) }
        }
    }

    /// The bytes from `offset` on: `count` of them, or as many as there are.
    func bytes(at offset: Int, upTo count: Int) throws(FileError) -> [UInt8] {
        guard offset >= 0, offset < byteCount, count > 0 else { return [] }
        let count = min(count, byteCount - offset)
        switch self {
        case .file(let file): return try file.bytes(at: offset, count: count)
        case .memory(let bytes, _): return Array(bytes[offset..<offset + count])
        }
    }

    /// The file, or one that holds the bytes, for programs that read files alone.
    ///
    /// - Throws: `FileError` when no such file can be made.
    func inputFile() throws(FileError) -> InputFile {
        switch self {
        case .file(let file): file
        case .memory(let bytes, let path): try .holding(bytes, shownAs: path)
        }
    }

    /// An error about the contents.
    func damaged(_ cause: String, place: String? = nil) -> FileError {
        FileError(.badData, path: path, cause: cause, place: place)
    }
}

extension [UInt8] {
    /// The unsigned number in the `count` bytes from `offset` on, the least significant first; 0 where there are too few.
    func littleEndian(_ offset: Int, _ count: Int) -> UInt64 {
        guard offset + count <= self.count else { return 0 }
        return self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The same, the most significant first.
    func bigEndian(_ offset: Int, _ count: Int) -> UInt64 {
        guard offset + count <= self.count else { return 0 }
        return self[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether `text`, in ASCII, stands at `offset`.
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        dropFirst(offset).starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
