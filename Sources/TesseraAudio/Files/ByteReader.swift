internal import TesseraFiles

/// Looks at a few bytes here and there, mostly forwards, and reads a block of the source at a time.
struct ByteReader {
    let source: ByteSource
    /// The bytes from `start` on.
    private(set) var block: [UInt8] = []
    private var start = 0

    private static let blockByteCount = 1 << 16

    init(_ source: ByteSource) { self.source = source }

    /// Where in `block` the byte at `position` of the source stands; `count` bytes from there on are in the block, or as
    /// many as there are.
    mutating func index(of position: Int, count: Int) throws(FileError) -> Int {
        if position < start || min(position + count, source.byteCount) > start + block.count {
            block = try source.bytes(at: position, upTo: max(count, Self.blockByteCount))
            start = position
        }
        return min(position - start, block.count)
    }

    /// The bytes from `position` on: `count` of them, or as many as there are.
    mutating func bytes(at position: Int, upTo count: Int) throws(FileError) -> [UInt8] {
        let index = try index(of: position, count: count)
        return Array(block[index..<min(index + count, block.count)])
    }

    /// Where the zeros end that begin at `position`, at `end` at the latest.
    mutating func endOfZeros(from position: Int, before end: Int) throws(FileError) -> Int {
        var position = position
        while position < end {
            let index = try index(of: position, count: 1)
            let part = block[index...].prefix(end - position)
            guard !part.isEmpty else { return end }
            if let place = part.firstIndex(where: { $0 != 0 }) { return position + place - index }
            position += part.count
        }
        return end
    }
}
