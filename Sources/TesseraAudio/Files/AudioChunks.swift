internal import TesseraFiles

/// The table of contents of a WAV, RF64, W64, AIFF or CAF file: its format, and where its samples lie.
///
/// libsndfile shortens a cut file silently, takes a streamed one (without a length) for empty, and gives up at chunks whose
/// length lies. So the chunks are walked here, and libsndfile is shown the samples alone.
struct AudioChunks {
    private var format: [UInt8]?
    private var data: SampleData?
    private let source: ByteSource
    private let style: ChunkStyle
    private var claimedBySize64: UInt64?

    /// More chunks than any program writes would only cost time.
    private static let chunkLimit = 1 << 16

    /// The contents of the chunk that says how the samples lie, and where they are.
    ///
    /// - Parameter start: Where the file's own name stands, `RIFF` for instance.
    /// - Throws: `FileError` when there is no format or no data, or the file is cut before them.
    static func find(
        in source: ByteSource, _ style: ChunkStyle, start: Int
    ) throws(FileError) -> (format: [UInt8], data: SampleData) {
        var chunks = AudioChunks(source: source, style: style)
        var position = start + style.firstChunk
        for _ in 0..<chunkLimit {
            position = try chunks.readChunk(at: position)
            if let format = chunks.format, let data = chunks.data { return (format, data) }
        }
        throw source.damaged("has too many chunks before its data")
    }

    private init(source: ByteSource, style: ChunkStyle) {
        (self.source, self.style) = (source, style)
    }

    /// Reads the chunk at `position`, and returns where the next one begins.
    private mutating func readChunk(at position: Int) throws(FileError) -> Int {
        let header = try source.bytes(at: position, upTo: style.headerByteCount)
        guard header.count == style.headerByteCount else {
            throw source.damaged(
                format == nil ? "is cut short inside its header" : "has no data: its header is all there is")
        }
        let claimed = style.size(of: header)
        let contents = position + style.headerByteCount
        if header.has(style.dataName), data == nil { try readData(at: contents, claimed) }
        if data != nil, format != nil { return contents }
        guard claimed <= UInt64(source.byteCount - contents) else {
            if header.has(style.formatName) || data != nil { throw source.damaged("is cut short inside its header") }
            return try findData(after: contents)
        }
        let size = Int(claimed)
        if header.has(style.formatName) { try readFormat(at: contents, size) }
        if header.has("ds64") { claimedBySize64 = try source.bytes(at: contents, upTo: 16).littleEndian(8, 8) }
        return contents + style.aligned(size)
    }

    private mutating func readData(at contents: Int, _ claimed: UInt64) throws(FileError) {
        guard format != nil || style.allowsDataFirst else {
            throw source.damaged("has a damaged header: its data come before their format")
        }
        let offset = try style.sampleOffset(source.bytes(at: contents, upTo: 8))
        guard contents + offset <= source.byteCount else {
            throw source.damaged("has no data: its header is all there is")
        }
        data = try resolveData(from: contents + offset, claimed: claimed, offset: UInt64(offset))
    }

    private mutating func readFormat(at position: Int, _ size: Int) throws(FileError) {
        guard size >= style.formatByteCount else {
            throw source.damaged("has a damaged header: its format has \(size) bytes")
        }
        let found = try source.bytes(at: position, upTo: min(size, 64))
        guard format.map({ style.isSame(found, $0) }) ?? true else {
            throw source.damaged("has a damaged header: two formats that contradict each other")
        }
        format = found
    }

    /// A chunk that claims to reach beyond the file may hide the data: they are looked for behind its header.
    private func findData(after position: Int) throws(FileError) -> Int {
        let bytes = try source.bytes(at: position, upTo: 1 << 16)
        let place = bytes.indices.dropLast(7).first { bytes.has(style.dataName, at: $0) }
        guard format != nil, let place else { throw source.damaged("is cut short: it ends before its data") }
        return position + place
    }

    /// - Parameters:
    ///   - start: Where the samples begin.
    ///   - claimed: The size of the chunk by its header.
    ///   - offset: The bytes of the chunk that are before the samples.
    private func resolveData(from start: Int, claimed: UInt64, offset: UInt64) throws(FileError) -> SampleData {
        let placeholder = claimedBySize64 == nil && style.isPlaceholder(claimed)
        let size = claimed == 0xFFFF_FFFF ? claimedBySize64 ?? claimed : claimed
        let whole = start..<source.byteCount
        if style.isEndless(size) { return SampleData(bytes: whole, claimed: UInt64(whole.count)) }
        let samples = size < offset ? 0 : size - offset
        guard samples < whole.count else {
            return SampleData(bytes: whole, claimed: samples, isStreamed: placeholder && samples > whole.count)
        }
        let end = start + Int(samples)
        let padding = style.aligned(Int(size)) - Int(size)
        for place in [end, end + padding] where try isEnd(place) {
            return SampleData(bytes: start..<end, claimed: samples)
        }
        return SampleData(bytes: whole, claimed: samples, isStreamed: placeholder || samples == 0)
    }

    /// Whether the data can end here: at the end of the file, or where chunks follow up to there, or a tag of MP3's.
    private func isEnd(_ position: Int) throws(FileError) -> Bool {
        var position = position
        for step in 0..<Self.chunkLimit {
            guard source.byteCount - position >= style.headerByteCount else {
                return step > 0 || position >= source.byteCount
            }
            let header = try source.bytes(at: position, upTo: style.headerByteCount)
            if AudioTags.byteCount(of: header) != nil { return true }
            let isName = header.prefix(4).allSatisfy { (0x20...0x7E).contains($0) }
            let size = style.size(of: header)
            let contents = position + style.headerByteCount
            guard isName, size <= UInt64(source.byteCount - contents) else { return false }
            position = contents + style.aligned(Int(size))
        }
        return false
    }
}
