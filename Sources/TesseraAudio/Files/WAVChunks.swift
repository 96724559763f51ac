internal import TesseraFiles

/// The table of contents of a WAV, RF64 or BW64 file: its format, and where its samples lie.
///
/// libsndfile shortens a cut file silently, takes a streamed one (without a length) for empty, and gives up at chunks whose
/// length lies. So the chunks are walked here, and libsndfile is shown the samples alone.
struct WAVChunks {
    private(set) var format: WAVFormat?
    /// The bytes of the `data` chunk that are there, and how many its header claims.
    private(set) var data: (bytes: Range<Int>, claimed: UInt64)?
    /// Whether the length of the data is a placeholder that a program writing to a pipe leaves behind.
    private(set) var isStreamed = false
    private let source: ByteSource
    private var claimedBySize64: UInt64?

    /// More chunks than any program writes would only cost time.
    private static let chunkLimit = 1 << 16

    /// - Parameter start: Where `RIFF` stands.
    /// - Throws: `FileError` when there is no format or no data, or the file is cut before them.
    init(_ source: ByteSource, start: Int) throws(FileError) {
        self.source = source
        var position = start + 12
        for _ in 0..<Self.chunkLimit where data == nil {
            position = try readChunk(at: position)
        }
        guard data != nil else { throw source.damaged("has too many chunks before its data") }
    }

    /// Reads the chunk at `position`, and returns where the next one begins.
    private mutating func readChunk(at position: Int) throws(FileError) -> Int {
        let header = try source.bytes(at: position, upTo: 8)
        guard header.count == 8 else {
            throw source.damaged(
                format == nil ? "is cut short inside its header" : "has no data: its header is all there is")
        }
        let claimed = header.littleEndian(4, 4)
        let contents = position + 8
        if header.has("data") {
            guard format != nil else { throw source.damaged("has a damaged header: its data come before their format") }
            data = resolveData(from: contents, claimed: claimed)
            return contents
        }
        let size = Int(claimed)
        guard size <= source.byteCount - contents else {
            if header.has("fmt ") { throw source.damaged("is cut short inside its header") }
            return try findData(after: contents)
        }
        if header.has("fmt ") { try readFormat(at: contents, size: size) }
        if header.has("ds64") { claimedBySize64 = try source.bytes(at: contents, upTo: 16).littleEndian(8, 8) }
        return contents + size + size % 2
    }

    private mutating func readFormat(at position: Int, size: Int) throws(FileError) {
        guard size >= 16 else { throw source.damaged("has a damaged header: its format has \(size) bytes") }
        let found = WAVFormat(try source.bytes(at: position, upTo: min(size, 64)))
        guard format == nil || format == found else {
            throw source.damaged("has a damaged header: two formats that contradict each other")
        }
        format = found
    }

    /// A chunk that claims to reach beyond the file may hide the data: they are looked for behind its header.
    private func findData(after position: Int) throws(FileError) -> Int {
        let bytes = try source.bytes(at: position, upTo: 1 << 16)
        let place = bytes.indices.dropLast(7).first { bytes[$0] == UInt8(ascii: "d") && bytes.has("data", at: $0) }
        guard format != nil, let place else { throw source.damaged("is cut short: it ends before its data") }
        return position + place
    }

    private mutating func resolveData(from start: Int, claimed: UInt64) -> (Range<Int>, UInt64) {
        // Programs that write to a pipe leave about the largest number of 32 bits, or of 31; RF64 has its own place for it.
        let placeholder = claimedBySize64 == nil && (claimed >= 0xFFFF_0000 || claimed >> 16 == 0x7FFF)
        let claimed = claimed == 0xFFFF_FFFF ? claimedBySize64 ?? claimed : claimed
        let whole = start..<source.byteCount
        guard claimed < whole.count else {
            isStreamed = placeholder && claimed > whole.count
            return (whole, claimed)
        }
        let end = start + Int(claimed)
        if isEnd(end) || isEnd(end + end % 2) { return (start..<end, claimed) }
        isStreamed = placeholder || claimed == 0
        return (whole, claimed)
    }

    /// Whether the data can end here: at the end of the file, or where chunks follow up to there, or a tag of MP3's.
    private func isEnd(_ position: Int) -> Bool {
        var position = position
        for step in 0..<Self.chunkLimit {
            guard source.byteCount - position >= 8 else { return step > 0 || position >= source.byteCount }
            guard let header = try? source.bytes(at: position, upTo: 8) else { return false }
            if header.has("TAG") || header.has("ID3") { return true }
            let isName = header.prefix(4).allSatisfy { (0x20...0x7E).contains($0) }
            let size = Int(header.littleEndian(4, 4))
            guard isName, size <= source.byteCount - position - 8 else { return false }
            position += 8 + size + size % 2
        }
        return false
    }
}
