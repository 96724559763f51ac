/// Leaves the spaces that a token of byte-level vocabularies begins and ends with out of its place in the text.
struct SpaceTrim: Sendable {
    /// Whether a text was given a space to begin with, which stands nowhere in it.
    let addsPrefixSpace: Bool

    func applied(to place: Range<Int>, _ spelling: ArraySlice<UInt8>, isFirst: Bool) -> Range<Int> {
        var (start, end) = (place.lowerBound, place.upperBound)
        var (leading, trailing) = Self.spaceCounts(spelling)
        if (isFirst || start == 0) && addsPrefixSpace { leading = 0 }
        start = min(start + leading, end)
        if trailing > 0, end >= trailing { end = max(end - trailing, start) }
        return start..<end
    }

    /// How many spaces, `Ġ`, a token begins and ends with.
    private static func spaceCounts(_ spelling: ArraySlice<UInt8>) -> (leading: Int, trailing: Int) {
        let letters: ClosedRange<UInt8> = 0x21...0x7E
        guard let first = spelling.first, let last = spelling.last, !letters.contains(first) || !letters.contains(last)
        else { return (0, 0) }
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{120}" || scalar.isSpace }
        let scalars = String(decoding: spelling, as: UTF8.self).unicodeScalars
        return (scalars.prefix(while: isSpace).count, scalars.reversed().prefix(while: isSpace).count)
    }
}
