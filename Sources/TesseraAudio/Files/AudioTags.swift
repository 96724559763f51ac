internal import TesseraFiles

/// Tags that are written before and behind recordings of any format: ID3v1, ID3v2, APE and Lyrics3.
enum AudioTags {
    /// The bytes of the tag that `bytes` begin with, at least 32 of them if there are; nil where it is none.
    static func byteCount(of bytes: [UInt8]) -> Int? {
        if bytes.has("ID3") { return id3v2ByteCount(bytes) }
        if bytes.has("TAG+") { return 227 }
        if bytes.has("TAG") { return 128 }
        guard bytes.has("APETAGEX"), bytes.count >= 32 else { return nil }
        // With a header, which is not counted, or a footer alone.
        let isHeader = bytes[23] & 0x20 != 0
        return isHeader ? 32 + Int(bytes.littleEndian(12, 4)) : 32
    }

    /// Whether there are tags, or zeros, or nothing from `start` to `end`.
    static func reach(_ end: Int, from start: Int, _ reader: inout ByteReader) throws(FileError) -> Bool {
        var position = start
        while position < end {
            position = try reader.endOfZeros(from: position, before: end)
            guard position < end else { break }
            guard let count = byteCount(of: try reader.bytes(at: position, upTo: 32)) else { return false }
            position += count
        }
        return position == end
    }

    /// Where the file begins after its ID3v2 tags.
    static func end(ofThoseBefore source: ByteSource) throws(FileError) -> Int {
        var start = 0
        for _ in 0..<16 {
            let header = try source.bytes(at: start, upTo: 10)
            guard header.has("ID3"), let count = id3v2ByteCount(header, isTolerant: true) else { break }
            start += count
        }
        guard start == 0 || start < source.byteCount else {
            throw source.damaged("holds an ID3 tag and no audio after it")
        }
        return start
    }

    /// Where the tags begin that `range` ends with.
    static func start(ofThoseBehind source: ByteSource, _ range: Range<Int>) throws(FileError) -> Int {
        var end = range.upperBound
        for _ in 0..<16 {
            guard let count = try trailingByteCount(source, end), end - count >= range.lowerBound else { break }
            end -= count
        }
        return end
    }

    /// The bytes of the tag that ends at `end`; nil where there is none.
    private static func trailingByteCount(_ source: ByteSource, _ end: Int) throws(FileError) -> Int? {
        if try source.bytes(at: end - 128, upTo: 3).has("TAG") {
            return try source.bytes(at: end - 355, upTo: 4).has("TAG+") ? 355 : 128
        }
        let ape = try source.bytes(at: end - 32, upTo: 32)
        if ape.has("APETAGEX") {
            // With a header, which is not counted, or without, whatever the footer says.
            let size = Int(ape.littleEndian(12, 4))
            return try source.bytes(at: end - size - 32, upTo: 8).has("APETAGEX") ? size + 32 : size
        }
        let footer = try source.bytes(at: end - 10, upTo: 10)
        if footer.has("3DI"), let count = id3v2ByteCount(footer) { return count }
        let lyrics = try source.bytes(at: end - 15, upTo: 15)
        if lyrics.has("LYRICS200", at: 6) {
            return Int(String(decoding: lyrics[..<6], as: UTF8.self)).map { $0 + 15 }
        }
        return nil
    }

    /// The bytes of the ID3v2 tag with this header or footer; nil where its numbers cannot be those of one.
    private static func id3v2ByteCount(_ bytes: [UInt8], isTolerant: Bool = false) -> Int? {
        guard bytes.count >= 10, isTolerant || bytes[3] < 0xFF && bytes[6..<10].allSatisfy({ $0 < 0x80 }) else {
            return nil
        }
        // Seven bits a byte; a footer doubles the header.
        let size = bytes[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        return 10 + size + (bytes[5] & 0x10 != 0 ? 10 : 0)
    }
}
