/// Goes through a part of a file from its beginning on: numbers with their lowest byte first, and texts.
///
/// Little is held of the file, however large it is.
package struct FileCursor: Sendable {
    /// The file.
    package let file: InputFile
    /// Where the next byte lies, from the beginning of the file.
    package private(set) var position: Int
    /// Where the part ends.
    let end: Int
    /// What the part is called, for places in errors: `data.pkl, `; nothing for the file as a whole.
    let name: String
    private var buffer: [UInt8] = []
    private var bufferStart = 0
    private static let bufferSize = 1 << 12

    /// A part that lies inside the file; all of it where nil.
    package init(_ file: InputFile, _ part: Range<Int>? = nil, name: String = "") {
        (self.file, self.name) = (file, name)
        (position, end) = part.map { ($0.lowerBound, $0.upperBound) } ?? (0, file.byteCount)
        start = position
    }

    private let start: Int

    /// How many bytes are left.
    package var remaining: Int { end - position }

    /// An error at the byte that is read next.
    package func error(_ cause: String) -> FileError {
        FileError(.badData, path: file.path, cause: cause, place: "\(name)byte \(position - start)")
    }

    /// The next byte.
    ///
    /// - Parameter what: what it belongs to, for the error where the part has ended.
    package mutating func byte(of what: String) throws(FileError) -> UInt8 {
        if !(bufferStart..<bufferStart + buffer.count).contains(position) { try fill(of: what) }
        defer { position += 1 }
        return buffer[position - bufferStart]
    }

    /// The next number.
    package mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self, of what: String
    ) throws(FileError) -> Number {
        var value: UInt64 = 0
        for place in 0..<Number.bitWidth / 8 { value |= UInt64(try byte(of: what)) << (8 * place) }
        return Number(truncatingIfNeeded: value)
    }

    /// The next `count` bytes.
    package mutating func bytes(_ count: Int, of what: String) throws(FileError) -> [UInt8] {
        guard count <= remaining else { throw ended(what) }
        defer { position += count }
        let offset = position - bufferStart
        guard offset < 0 || offset + count > buffer.count else { return Array(buffer[offset..<offset + count]) }
        return try file.bytes(at: position, count: count)
    }

    /// The next `count` bytes as text.
    package mutating func text(_ count: Int, of what: String) throws(FileError) -> String {
        let start = self
        let bytes = try bytes(count, of: what)
        guard firstInvalidUTF8(in: bytes) == nil else { throw start.error("holds \(what) that is not UTF-8") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Passes over the next `count` bytes.
    package mutating func skip(_ count: Int, of what: String) throws(FileError) {
        guard count <= remaining else { throw ended(what) }
        position += count
    }

    private func ended(_ what: String) -> FileError { error("ends within \(what): it may have been cut") }

    private mutating func fill(of what: String) throws(FileError) {
        guard remaining > 0 else { throw ended(what) }
        buffer = try file.bytes(at: position, count: min(FileCursor.bufferSize, remaining))
        bufferStart = position
    }
}
