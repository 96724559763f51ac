/// A part of a text on its way to tokens: its bytes as they have become, and where each comes from.
///
/// Places follow the rules of `tokenizers`: a character that replaces another stands where that one stood, one that was put in
/// where the one before it stands.
struct AlignedText {
    /// A place in the original text, in Unicode scalars.
    struct Place: Equatable {
        var start: Int32
        var end: Int32
    }

    /// A character, and by how many it outnumbers those that it comes from: 1 for one that was put in, negative for one in whose place
    /// more stood.
    typealias Change = (scalar: Unicode.Scalar, change: Int)

    /// Well-formed UTF-8.
    private(set) var bytes: [UInt8]
    /// The place of each byte; nil where each byte is a character, and stands where it always stood.
    private var places: [Place]?
    /// Where the part begins in the whole text, in scalars.
    let origin: Int

    /// A part of a text as it is.
    init(_ bytes: ArraySlice<UInt8>, origin: Int) {
        (self.bytes, self.origin) = (Array(bytes), origin)
        guard !self.bytes.isASCII else { return }
        var place = Place(start: Int32(origin) - 1, end: Int32(origin))
        places = self.bytes.map { byte in
            if byte & 0xC0 != 0x80 { place = Place(start: place.start + 1, end: place.end + 1) }
            return place
        }
    }

    private init(bytes: [UInt8], places: [Place], origin: Int) {
        (self.bytes, self.places, self.origin) = (bytes, places, origin)
    }

    var isEmpty: Bool { bytes.isEmpty }

    private func place(_ index: Int) -> Place {
        places?[index] ?? Place(start: Int32(origin + index), end: Int32(origin + index + 1))
    }

    /// The place of what is put in before the byte at `index`.
    private func place(before index: Int) -> Place {
        index > 0 ? place(index - 1) : Place(start: Int32(origin), end: Int32(origin))
    }

    /// Where some of its bytes come from, in scalars of the original text.
    func range(of bytes: Range<Int>) -> Range<Int> {
        guard !bytes.isEmpty else { return 0..<0 }
        guard let places else { return origin + bytes.lowerBound..<origin + bytes.upperBound }
        let (start, end) = (Int(places[bytes.lowerBound].start), Int(places[bytes.upperBound - 1].end))
        return start..<max(start, end)
    }

    /// Changes ASCII's letters alone, byte by byte.
    mutating func mapBytes(_ body: (UInt8) -> UInt8) {
        for index in bytes.indices { bytes[index] = body(bytes[index]) }
    }

    /// Puts characters in the place of all that is there.
    mutating func transform(_ changes: [Change]) {
        var result = Builder(bytes.count)
        var index = 0
        for (scalar, change) in changes {
            let place = change > 0 || index >= bytes.count ? place(before: index) : place(index)
            result.append(scalar, place)
            for _ in 0..<max(0, 1 - change) where index < bytes.count { index += length(at: index) }
        }
        self = AlignedText(bytes: result.bytes, places: result.places, origin: origin)
    }

    /// Leaves out what `isKept` does not keep.
    mutating func filter(_ isKept: (Unicode.Scalar) -> Bool) {
        var result = Builder(bytes.count)
        forEachScalar { scalar, range in if isKept(scalar) { result.append(scalar, place(range.lowerBound)) } }
        self = AlignedText(bytes: result.bytes, places: result.places, origin: origin)
    }

    /// Leaves out all but a range of bytes.
    mutating func keep(_ range: Range<Int>) {
        guard range != bytes.indices else { return }
        let kept = range.map { place($0) }
        self = AlignedText(bytes: Array(bytes[range]), places: kept, origin: origin)
    }

    /// Replaces ranges, which follow one another, by the same bytes.
    mutating func replace(_ ranges: [Range<Int>], with content: [UInt8]) {
        guard !ranges.isEmpty else { return }
        var result = Builder(bytes.count)
        var last = 0
        for range in ranges {
            append(last..<range.lowerBound, to: &result)
            result.append(content, place(before: range.upperBound))
            last = range.upperBound
        }
        append(last..<bytes.count, to: &result)
        self = AlignedText(bytes: result.bytes, places: result.places, origin: origin)
    }

    /// Replaces a byte within parts.
    ///
    /// - Parameter parts: follow one another; afterwards where they lie.
    mutating func replace(_ byte: UInt8, with content: [UInt8], in parts: inout [Range<Int>]) {
        guard bytes.contains(byte) else { return }
        var result = Builder(bytes.count + content.count * parts.count)
        for (number, part) in parts.enumerated() {
            let start = result.bytes.count
            for index in part {
                if bytes[index] == byte {
                    result.append(content, place(index))
                } else {
                    append(index..<index + 1, to: &result)
                }
            }
            parts[number] = start..<result.bytes.count
        }
        self = AlignedText(bytes: result.bytes, places: result.places, origin: origin)
    }

    /// Puts bytes before some of the parts, which stand where a part's first character stands.
    ///
    /// - Parameter parts: follow one another, none empty; afterwards where they lie.
    mutating func prepend(_ content: [UInt8], to parts: inout [Range<Int>], where isMeant: (Range<Int>) -> Bool) {
        var result = Builder(bytes.count + content.count * parts.count)
        for (number, part) in parts.enumerated() {
            let start = result.bytes.count
            if isMeant(part) { result.append(content, place(part.lowerBound)) }
            append(part, to: &result)
            parts[number] = start..<result.bytes.count
        }
        self = AlignedText(bytes: result.bytes, places: result.places, origin: origin)
    }

    /// Puts bytes in the place of all that is there.
    ///
    /// - Parameter sources: for each which bytes it comes from.
    mutating func replaceAll(with bytes: [UInt8], from sources: [Range<Int>]) {
        let places = sources.map { source in
            source.isEmpty
                ? place(before: source.lowerBound)
                : Place(start: place(source.lowerBound).start, end: place(source.upperBound - 1).end)
        }
        self = AlignedText(bytes: bytes, places: places, origin: origin)
    }

    /// Calls `body` with each character and where its bytes lie.
    func forEachScalar(_ body: (Unicode.Scalar, Range<Int>) -> Void) {
        var position = 0
        while position < bytes.count {
            let (scalar, length) = scalar(in: bytes, at: position)
            body(scalar, position..<position + length)
            position += length
        }
    }

    private func length(at index: Int) -> Int { scalar(in: bytes, at: index).length }

    private func append(_ range: Range<Int>, to result: inout Builder) {
        result.bytes += bytes[range]
        if let places { result.places += places[range] } else { result.places += range.map { place($0) } }
    }

    /// A text that is being put together.
    private struct Builder {
        var bytes: [UInt8] = []
        var places: [Place] = []

        init(_ capacity: Int) {
            bytes.reserveCapacity(capacity)
            places.reserveCapacity(capacity)
        }

        mutating func append(_ scalar: Unicode.Scalar, _ place: Place) {
            for byte in UTF8.encode(scalar).unsafelyUnwrapped {
                bytes.append(byte)
                places.append(place)
            }
        }

        mutating func append(_ content: [UInt8], _ place: Place) {
            bytes += content
            places.append(contentsOf: repeatElement(place, count: content.count))
        }
    }
}

extension Collection<UInt8> {
    /// Whether all characters are of ASCII.
    var isASCII: Bool {
        withContiguousStorageIfAvailable { $0.allSatisfy { $0 < 0x80 } } ?? allSatisfy { $0 < 0x80 }
    }
}
