extension CharacterMap {
    /// Longer graphemes are mapped a character at a time.
    private static let graphemeLimit = 5

    /// Maps a text as `tokenizers` does: what a reader takes for one character is replaced whole, by what the shortest sequence at its
    /// beginning becomes.
    func apply(to text: inout AlignedText) {
        let bytes = text.bytes
        var changes: [AlignedText.Change] = []
        var isChanged = false
        forEachGrapheme(in: bytes) { grapheme in
            if grapheme.count <= Self.graphemeLimit, let mapped = shortest(in: bytes, grapheme) {
                isChanged = true
                return append(mapped, for: bytes[grapheme], to: &changes)
            }
            var position = grapheme.lowerBound
            while position < grapheme.upperBound {
                let (scalar, length) = scalar(in: bytes, at: position)
                if let mapped = shortest(in: bytes, position..<position + length) {
                    isChanged = true
                    append(mapped, for: bytes[position..<position + length], to: &changes)
                } else {
                    changes.append((scalar, 0))
                }
                position += length
            }
        }
        if isChanged { text.transform(changes) }
    }

    private func shortest(in bytes: [UInt8], _ range: Range<Int>) -> ArraySlice<UInt8>? {
        guard bytes[range.lowerBound] >= 0x80 || mapsASCII[Int(bytes[range.lowerBound])] else { return nil }
        return replacement(in: bytes, at: range.lowerBound, end: range.upperBound, isShortest: true)?.bytes
    }

    private func append(
        _ mapped: ArraySlice<UInt8>, for original: ArraySlice<UInt8>, to changes: inout [AlignedText.Change]
    ) {
        let scalars = Array(String(decoding: mapped, as: UTF8.self).unicodeScalars)
        let difference = scalars.count - original.count { $0 & 0xC0 != 0x80 }
        for (index, scalar) in scalars.enumerated() {
            changes.append((scalar, index >= scalars.count - max(0, difference) ? 1 : 0))
        }
        // What is left of more characters takes their place; where nothing is left, what came before them does.
        if difference < 0, !changes.isEmpty { changes[changes.count - 1].change += difference }
    }

    /// Calls `body` with what a reader takes for characters. Between two of ASCII there is always a border, save in a line's end.
    private func forEachGrapheme(in bytes: [UInt8], _ body: (Range<Int>) -> Void) {
        func isBorder(_ position: Int) -> Bool {
            bytes[position - 1] < 0x80 && bytes[position] < 0x80
                && !(bytes[position - 1] == UInt8(ascii: "\r") && bytes[position] == UInt8(ascii: "\n"))
        }
        var position = 0
        while position < bytes.count {
            var end = position + 1
            while end < bytes.count, !isBorder(end) { end += 1 }
            guard end > position + 1 else {
                body(position..<end)
                position = end
                continue
            }
            for grapheme in String(decoding: bytes[position..<end], as: UTF8.self) {
                body(position..<position + grapheme.utf8.count)
                position += grapheme.utf8.count
            }
        }
    }
}
