/// A word of what stands in a template's brackets.
enum TemplateToken: Equatable {
    case name(String)
    case text(String)
    case integer(Int)
    case number(Double)
    case symbol(String)

    /// As a message shows it.
    var shown: String {
        switch self {
        case .name(let text), .text(let text), .symbol(let text): text
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        }
    }
}

/// Reads the words between a template's brackets.
struct TemplateScanner {
    private let bytes: [UInt8]
    private(set) var place: Int

    init(_ bytes: [UInt8], at place: Int) { (self.bytes, self.place) = (bytes, place) }

    private static let symbols = [
        "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}",
        ".", ",",
        ":", "|",
    ]

    /// The words up to the closing bracket, and the `-` or `+` before it.
    mutating func tokens(upTo end: String) throws(TemplateError) -> (tokens: [TemplateToken], marker: String) {
        var tokens: [TemplateToken] = []
        var depth = 0
        while place < bytes.count {
            skipSpace()
            // Braces of a mapping are closed first.
            if depth == 0 {
                for marker in ["-", "+", ""] where isNext(marker + end) {
                    place += marker.utf8.count + end.utf8.count
                    return (tokens, marker)
                }
            }
            guard place < bytes.count else { break }
            let token = try token()
            if case .symbol(let symbol) = token {
                if ["(", "[", "{"].contains(symbol) { depth += 1 }
                if [")", "]", "}"].contains(symbol) { depth = max(0, depth - 1) }
            }
            tokens.append(token)
        }
        throw TemplateError(cause: "a bracket is not closed by \(end)")
    }

    private mutating func token() throws(TemplateError) -> TemplateToken {
        let byte = bytes[place]
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return .text(try text(quotedBy: byte)) }
        if isDigit(byte) { return try number() }
        if isNamePart(byte) {
            let start = place
            while place < bytes.count, isNamePart(bytes[place]) || isDigit(bytes[place]) { place += 1 }
            return .name(String(decoding: bytes[start..<place], as: UTF8.self))
        }
        guard let symbol = Self.symbols.first(where: isNext) else {
            throw TemplateError(
                cause: "\(String(decoding: bytes[place...].prefix(8), as: UTF8.self)) is not understood")
        }
        place += symbol.utf8.count
        return .symbol(symbol)
    }

    private mutating func number() throws(TemplateError) -> TemplateToken {
        let start = place
        var isWhole = true
        while place < bytes.count {
            let isPoint = bytes[place] == UInt8(ascii: ".") && place + 1 < bytes.count && isDigit(bytes[place + 1])
            guard isDigit(bytes[place]) || isPoint else { break }
            if isPoint { isWhole = false }
            place += 1
        }
        let digits = String(decoding: bytes[start..<place], as: UTF8.self)
        if isWhole, let integer = Int(digits) { return .integer(integer) }
        guard !isWhole, let number = Double(digits) else { throw TemplateError(cause: "\(digits) is no number") }
        return .number(number)
    }

    private mutating func text(quotedBy quote: UInt8) throws(TemplateError) -> String {
        place += 1
        var text: [UInt8] = []
        while place < bytes.count, bytes[place] != quote {
            if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count {
                text += try escaped()
            } else {
                text.append(bytes[place])
                place += 1
            }
        }
        guard place < bytes.count else { throw TemplateError(cause: "a text in quotation marks has no end") }
        place += 1
        return String(decoding: text, as: UTF8.self)
    }

    /// What a backslash and the byte behind it stand for, as in Python.
    private mutating func escaped() throws(TemplateError) -> [UInt8] {
        let byte = bytes[place + 1]
        place += 2
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): return [byte]
        case UInt8(ascii: "\n"): return []
        case UInt8(ascii: "u"), UInt8(ascii: "x"): return try codePoint(digits: byte == UInt8(ascii: "u") ? 4 : 2)
        default: return [UInt8(ascii: "\\"), byte]
        }
    }

    private mutating func codePoint(digits: Int) throws(TemplateError) -> [UInt8] {
        let text = String(decoding: bytes[place...].prefix(digits), as: UTF8.self)
        guard text.utf8.count == digits, let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw TemplateError(cause: "\(text) is no character's number")
        }
        place += digits
        return Array(String(scalar).utf8)
    }

    private mutating func skipSpace() {
        while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
    }

    private func isNext(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }
    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private func isNamePart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
