internal import TesseraFiles

/// Reads a message of Protocol Buffers' binary format, field by field. The message lies in a range of a file's bytes.
struct WireReader {
    enum Value {
        case number(UInt64)
        /// Eight bytes, which no message here holds.
        case fixed64
        case float(Float)
        /// A string, bytes or a message: where it lies in the file.
        case bytes(Range<Int>)
    }

    private let bytes: [UInt8]
    private let path: String
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>, path: String) {
        self.bytes = bytes
        self.path = path
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and value; `nil` at the end of the message.
    ///
    /// - Throws: `FileError.badData` when the message is cut, or what is there is none.
    mutating func next() throws(FileError) -> (field: Int, value: Value)? {
        guard position < end else { return nil }
        let start = position
        let tag = try number()
        guard let field = Int(exactly: tag >> 3), (1..<1 << 29).contains(field) else {
            throw error("has a field without a valid number", at: start)
        }
        switch tag & 7 {
        case 0: return (field, .number(try number()))
        case 1:
            try skip(8)
            return (field, .fixed64)
        case 2:
            let length = try number()
            guard length <= UInt64(end - position) else { throw error("has a field that passes its end", at: start) }
            position += Int(length)
            return (field, .bytes(position - Int(length)..<position))
        case 5:
            try skip(4)
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[position - 4 + $1]) << UInt32(8 * $1) }
            return (field, .float(Float(bitPattern: bits)))
        default: throw error("has a field of an unknown kind", at: start)
        }
    }

    private mutating func skip(_ count: Int) throws(FileError) {
        guard end - position >= count else { throw error("ends inside a field", at: position) }
        position += count
    }

    /// A number of seven bits a byte, the lowest first.
    private mutating func number() throws(FileError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw error("ends inside a field", at: start) }
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw error("has a number of more than 64 bits", at: start)
    }

    func error(_ cause: String, at offset: Int) -> FileError {
        FileError(.badData, path: path, cause: cause, place: "byte \(offset)")
    }
}
