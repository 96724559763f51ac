/// Reads JSON off bytes, strictly as RFC 8259 defines it: no duplicate names, no NaN, no comments, nothing after the
/// end, UTF-8 only.
///
/// Whoever knows the structure walks it with `members` and `elements` and never holds a tree; `value` builds one.
struct JSONScanner {
    /// Deeper nesting than this is refused: the parser's own stack bounds it.
    static let depthLimit = 64
    /// More values than this are refused, so that a small file cannot ask for gigabytes. The multilingual tokenizers
    /// of the hub hold about a million.
    static let valueLimit = 1_500_000
    /// The characters of a number, far more than any number needs.
    static let numberLimit = 1000
    /// The bytes of a string, so that copies of it stay small.
    static let stringLimit = 16 << 20

    let bytes: [UInt8]
    let path: String
    private var position = 0
    private var depth = 0
    private var valuesLeft = JSONScanner.valueLimit

    /// - Throws: `FileError.badData` when the bytes are not UTF-8 without a byte-order mark.
    init(_ bytes: [UInt8], path: String) throws(FileError) {
        self.bytes = bytes
        self.path = path
        try checkEncoding()
        skipSpace()
        guard position < bytes.count else { throw FileError(.badData, path: path, cause: "is empty") }
    }

    private func checkEncoding() throws(FileError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw FileError(.badData, path: path, cause: "begins with a byte-order mark, which JSON does not allow")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw FileError(.badData, path: path, cause: "is UTF-16, where JSON is UTF-8")
        }
        if let offset = firstInvalidUTF8(in: bytes) { throw error("is not UTF-8", at: offset) }
    }

    // MARK: Structure

    /// Whatever comes next, as a tree.
    mutating func value() throws(FileError) -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"):
            var members: [JSONMember] = []
            try self.members { scanner, name throws(FileError) in
                members.append(JSONMember(name: name, value: try scanner.value()))
            }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try self.elements { scanner throws(FileError) in elements.append(try scanner.value()) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    /// Walks an object: `body` is called with each name and reads its value.
    mutating func members(
        _ body: (inout JSONScanner, String) throws(FileError) -> Void
    ) throws(FileError) {
        try enter(UInt8(ascii: "{"), "an object")
        // A set pays off only from a dozen names on, and most objects have fewer.
        var few: [String] = []
        var many: Set<ByteKey> = []
        try list(until: UInt8(ascii: "}")) { scanner throws(FileError) in
            let start = scanner.position
            guard scanner.peek == UInt8(ascii: "\"") else { throw scanner.error("has no name where one belongs") }
            let name = try scanner.string()
            let isNew: Bool
            if few.count < 12 {
                isNew = !few.contains { $0.hasSameBytes(as: name) }
                few.append(name)
            } else {
                if many.isEmpty { many = Set(few.map(ByteKey.init)) }
                isNew = many.insert(ByteKey(name)).inserted
            }
            guard isNew else { throw scanner.error("has the name \(name.quoted) twice", at: start) }
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.error("has no colon after \(name.quoted)") }
            try body(&scanner, name)
        }
    }

    /// Walks an array: `body` is called for each element and reads it.
    mutating func elements(_ body: (inout JSONScanner) throws(FileError) -> Void) throws(FileError) {
        try enter(UInt8(ascii: "["), "a list")
        try list(until: UInt8(ascii: "]"), body)
    }

    /// Checks that nothing but space is left.
    mutating func end() throws(FileError) {
        skipSpace()
        guard position == bytes.count else { throw error("goes on after the end of its contents") }
    }

    private mutating func enter(_ bracket: UInt8, _ what: String) throws(FileError) {
        skipSpace()
        guard take(bracket) else { throw error("does not hold \(what) where one belongs") }
        depth += 1
        guard depth <= JSONScanner.depthLimit else {
            throw error("is nested more than \(JSONScanner.depthLimit) levels deep")
        }
    }

    private mutating func list(
        until bracket: UInt8, _ body: (inout JSONScanner) throws(FileError) -> Void
    ) throws(FileError) {
        defer { depth -= 1 }
        skipSpace()
        if take(bracket) { return }
        while true {
            valuesLeft -= 1
            guard valuesLeft >= 0 else { throw error("holds more than \(JSONScanner.valueLimit) values") }
            skipSpace()
            try body(&self)
            skipSpace()
            if take(bracket) { return }
            guard take(UInt8(ascii: ",")) else { throw error("has no comma or bracket where one belongs") }
        }
    }

    // MARK: Values

    /// A string, its escapes resolved.
    mutating func string() throws(FileError) -> String {
        skipSpace()
        guard take(UInt8(ascii: "\"")) else { throw error("does not hold a string where one belongs") }
        let start = position
        var hasEscapes = false
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("has a control character in a string") }
            hasEscapes = hasEscapes || byte == UInt8(ascii: "\\")
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw error("ends inside a string", at: start - 1) }
        let end = position
        guard end - start <= JSONScanner.stringLimit else {
            throw error("has a string of more than \(JSONScanner.stringLimit) bytes", at: start - 1)
        }
        position += 1
        return hasEscapes ? try unescaped(start..<end) : String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// A number: an optional minus, digits without a leading zero, an optional fraction and exponent.
    mutating func number() throws(FileError) -> JSONNumber {
        skipSpace()
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        guard let first = peek, JSONScanner.isDigit(first) else {
            throw error("does not hold a value where one belongs", at: start)
        }
        if !take(UInt8(ascii: "0")) { skipDigits() }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits(start)
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits(start)
        }
        if let byte = peek, JSONScanner.isDigit(byte) { throw error("has a number with a leading zero", at: start) }
        guard position - start <= JSONScanner.numberLimit else {
            throw error("has a number of more than \(JSONScanner.numberLimit) characters", at: start)
        }
        if isWhole, let magnitude = wholeNumber(start + (isNegative ? 1 : 0)) {
            if let value = Int64(exactly: magnitude) { return .integer(isNegative ? -value : value) }
            if isNegative && magnitude == 1 << 63 { return .integer(.min) }
            if !isNegative { return .unsigned(magnitude) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw error("has a number out of range", at: start) }
        return .real(value)
    }

    /// The digits from `start` to here; `nil` when 64 bits cannot hold them.
    private func wholeNumber(_ start: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in start..<position {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] - UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(FileError) -> JSONValue {
        let text = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[position...].starts(with: text) else { throw error("does not hold a value where one belongs") }
        position += text.count
        return value
    }

    private mutating func digits(_ start: Int) throws(FileError) {
        guard let byte = peek, JSONScanner.isDigit(byte) else { throw error("has a malformed number", at: start) }
        skipDigits()
    }

    // MARK: Bytes

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func skipDigits() {
        while let byte = peek, JSONScanner.isDigit(byte) { position += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// An error at `offset`, or here, with its line and column.
    func error(_ cause: String, at offset: Int? = nil) -> FileError {
        let before = bytes[..<min(offset ?? position, bytes.count)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count(where: { $0 == 0x0A }) + 1
        let column = before[lineStart...].count(where: { $0 & 0xC0 != 0x80 }) + 1
        return FileError(.badData, path: path, cause: cause, place: "line \(line), column \(column)")
    }
}
