/// The character that begins at `position` of `text`, well-formed UTF-8, and the number of its bytes.
func scalar(in text: [UInt8], at position: Int) -> (scalar: Unicode.Scalar, length: Int) {
    text.withUnsafeBufferPointer { scalar(in: $0, at: position) }
}

/// The same of text that lies elsewhere.
func scalar(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = text[position]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(text[position + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
}

/// The last character before `position` of `text`, well-formed UTF-8; `nil` at its start.
func scalar(in text: [UInt8], before position: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    guard position > 0 else { return nil }
    var start = position - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(in: text, at: start)
}

extension Unicode.Scalar {
    /// Whether regular expressions count it as `\s`: Unicode's White_Space.
    var isSpace: Bool {
        if value < 0x80 { return value == 0x20 || (0x09...0x0D).contains(value) }
        return properties.isWhitespace
    }

    /// Whether regular expressions count it as `\w` (Unicode Technical Standard 18, annex C).
    var isWordCharacter: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
        default: properties.isAlphabetic || properties.isJoinControl
        }
    }
}
