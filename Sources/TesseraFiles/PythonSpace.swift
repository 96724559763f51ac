/// What Python counts as white space. References in Python strip and split by it, so that one definition serves all that
/// follows them; regular expressions of other languages have their own.
extension Unicode.Scalar {
    /// Whether `str.isspace` holds: Unicode's White_Space, and the separators of files, groups, records and units, U+001C to
    /// U+001F, which Unicode has as paragraph and segment separators of the bidirectional algorithm alone.
    package var isPythonSpace: Bool {
        if value < 0x80 { return value == 0x20 || (0x09...0x0D).contains(value) || (0x1C...0x1F).contains(value) }
        return properties.isWhitespace
    }
}

extension Character {
    /// Whether it begins with what Python counts as white space.
    package var isPythonSpace: Bool { unicodeScalars.first?.isPythonSpace ?? false }
}

extension String {
    /// The text without white space at its ends, as `str.strip` leaves it.
    package var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isPythonSpace }),
            let last = scalars.lastIndex(where: { !$0.isPythonSpace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// The words between white space, as `str.split` finds them.
    package var words: [String] { unicodeScalars.split(whereSeparator: \.isPythonSpace).map { String($0) } }
}
