extension JSONScanner {
    /// The string between `range`'s bounds, which are outside its escapes.
    func unescaped(_ range: Range<Int>) throws(FileError) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            if bytes[position] != UInt8(ascii: "\\") {
                text.append(bytes[position])
                position += 1
            } else {
                text.append(contentsOf: UTF8.encode(try escape(&position, range.upperBound))!)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The character of the escape at `position`, which moves behind it.
    private func escape(_ position: inout Int, _ end: Int) throws(FileError) -> Unicode.Scalar {
        let start = position
        position += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(start, &position, end)
        default: throw error("has an unknown escape in a string", at: start)
        }
    }

    /// `\uXXXX`, or the two of them that spell a character beyond 16 bits.
    private func unicodeEscape(_ start: Int, _ position: inout Int, _ end: Int) throws(FileError) -> Unicode.Scalar {
        guard let first = codeUnit(position, end) else { throw error("has a malformed escape in a string", at: start) }
        position += 4
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position + 2 <= end, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u"), let second = codeUnit(position + 2, end),
            (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("has half a surrogate pair in a string", at: start) }
        position += 6
        return scalar
    }

    private func codeUnit(_ position: Int, _ end: Int) -> UInt32? {
        guard position + 4 <= end else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
