internal import TesseraFiles

/// Finds frames of MPEG audio. A header has only some 20 bits that are not free, which any bytes can imitate: where it is
/// not expected, it counts when others of the same format follow.
struct MP3FrameReader {
    /// Where the stream ends in the source.
    let end: Int
    private var reader: ByteReader

    /// More bytes than three frames have, so that a look ahead seldom leaves the block.
    private static let lookAhead = 1 << 14

    init(_ source: ByteSource, end: Int) {
        self.end = end
        reader = ByteReader(source)
    }

    /// The bytes that `index(of:count:)` tells places in.
    var block: [UInt8] { reader.block }

    /// Where in `block` the byte at `position` of the source stands.
    mutating func index(of position: Int, count: Int) throws(FileError) -> Int {
        try reader.index(of: position, count: count)
    }

    mutating func header(at position: Int) throws(FileError) -> MP3Header? {
        guard position + 4 <= end else { return nil }
        let index = try reader.index(of: position, count: 4)
        return MP3Header(reader.block, at: index)
    }

    /// Whether a frame begins at `position` and `count` of its format follow, or the end after it or after one of them.
    mutating func isChain(at position: Int, following count: Int) throws(FileError) -> Bool {
        guard let first = try header(at: position) else { return false }
        var next = position + first.byteCount
        for step in 1...count {
            guard next < end else { return next == end || step > 1 }
            guard let header = try header(at: next), header.format == first.format else {
                if step > 1, try isPadding(at: next) { return true }
                if try isBeginningOfHeader(at: next) { return true }
                return try endOfTag(at: next) != nil
            }
            next += header.byteCount
        }
        return true
    }

    /// The first place in `range` where frames begin that follow each other: two of `format`, or three of another.
    mutating func nextChain(in range: Range<Int>, of format: MP3Header.Format?) throws(FileError) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound {
            let index = try reader.index(of: position, count: Self.lookAhead)
            let part = reader.block[index...].prefix(range.upperBound - position)
            guard let place = part.firstIndex(of: 0xFF) else {
                position += max(1, part.count)
                continue
            }
            position += place - index
            if let header = MP3Header(reader.block, at: place),
                try isChain(at: position, following: header.format == format ? 1 : 2)
            {
                return position
            }
            position += 1
        }
        return nil
    }

    /// Whether a frame of `format` ends at `position` for certain: at the end, or before another or a tag.
    mutating func isBorder(_ position: Int, of format: MP3Header.Format) throws(FileError) -> Bool {
        if position == end { return true }
        if try header(at: position)?.format == format { return true }
        if try isChain(at: position, following: 1) { return true }
        return try endOfTag(at: position) != nil
    }

    /// Where the tag at `position` ends; nil where there is none with something that can follow it.
    mutating func endOfTag(at position: Int) throws(FileError) -> Int? {
        guard position < end else { return nil }
        let bytes = try reader.bytes(at: position, upTo: 32)
        guard let count = AudioTags.byteCount(of: bytes), position + count <= end else { return nil }
        let next = position + count
        if next == end { return next }
        if try header(at: next) != nil { return next }
        if try isPadding(at: next) { return next }
        return AudioTags.byteCount(of: try reader.bytes(at: next, upTo: 32)) == nil ? nil : next
    }

    /// Whether the stream ends within the header that begins at `position`.
    mutating func isBeginningOfHeader(at position: Int) throws(FileError) -> Bool {
        guard position < end, position + 4 > end else { return false }
        let bytes = try reader.bytes(at: position, upTo: end - position)
        return bytes[0] == 0xFF && (bytes.count == 1 || bytes[1] & 0xE0 == 0xE0)
    }

    mutating func isZero(_ range: Range<Int>) throws(FileError) -> Bool {
        try reader.endOfZeros(from: range.lowerBound, before: range.upperBound) == range.upperBound
    }

    private mutating func isPadding(at position: Int) throws(FileError) -> Bool {
        position < end ? try isZero(position..<min(position + 4, end)) : false
    }
}
