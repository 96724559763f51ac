internal import TesseraFiles

/// Which bytes of a file hold the recording, and what is known about them before they are decoded.
struct AudioLayout: Sendable {
    /// What libsndfile is shown.
    var bytes: Range<Int>
    /// How bare samples lie in `bytes`; nil where libsndfile reads a header there.
    var encoding: RawEncoding?
    /// Set where the frames of FLAC are to be compared with this header.
    var flac: FLACHeader?
    /// Whether the number of samples that libsndfile gives is more than an estimate.
    var hasCount = true
    /// Short sentences for the user about what is odd; mostly empty.
    var warnings: [String] = []

    /// Finds the recording in a file.
    ///
    /// - Throws: `FileError` when the file is none that is read, or its header is damaged.
    init(of source: ByteSource) throws(FileError) {
        let start = try Self.skipTags(source)
        bytes = start..<source.byteCount
        let beginning = try source.bytes(at: start, upTo: 1 << 10)
        switch AudioFormat(of: beginning, path: source.path) {
        case .wav: try readWAV(source, from: start)
        case .flac:
            flac = try FLACHeader(source, start: start)
            dropTrailingTag(source)
        case .mpeg: try findMP3(source, from: start)
        case .other: break
        case .refused where start > 0: try findMP3(source, from: start)
        case .refused(let cause): throw source.damaged(cause)
        }
    }

    private mutating func readWAV(_ source: ByteSource, from start: Int) throws(FileError) {
        let chunks = try WAVChunks(source, start: start)
        guard let format = chunks.format, let data = chunks.data else { return }
        guard let encoding = try format.encoding(in: source) else {
            let (held, claimed) = (data.bytes.count, data.claimed)
            if held < claimed, !chunks.isStreamed { warnings = ["truncated: \(held) of \(claimed) bytes"] }
            return
        }
        self.encoding = encoding
        bytes = data.bytes
        let count = bytes.count / encoding.frameByteCount
        guard count > 0 else { throw source.damaged("holds no samples") }
        let claimed = data.claimed / UInt64(encoding.frameByteCount)
        if chunks.isStreamed {
            warnings = ["its header gives no length: read to the end of the file"]
        } else if claimed > count {
            warnings = ["truncated: \(count) of \(claimed) samples"]
        } else if claimed < count {
            warnings = ["its header counts \(claimed) samples of \(count): read to the end of the file"]
        } else if bytes.count % encoding.frameByteCount != 0 {
            warnings = ["ends inside a sample, which is left out"]
        }
    }

    private mutating func findMP3(_ source: ByteSource, from start: Int) throws(FileError) {
        let first = try MP3Frames.first(in: source, from: start)
        bytes = first..<source.byteCount
        hasCount = try MP3Frames.hasCount(source, first)
    }

    /// An ID3v1 tag behind a FLAC stream would count as damage.
    private mutating func dropTrailingTag(_ source: ByteSource) {
        guard bytes.count > 128, let tail = try? source.bytes(at: bytes.upperBound - 128, upTo: 3) else { return }
        if tail.has("TAG") { bytes = bytes.lowerBound..<bytes.upperBound - 128 }
    }

    /// Where the file begins after its ID3v2 tags.
    private static func skipTags(_ source: ByteSource) throws(FileError) -> Int {
        var start = 0
        for _ in 0..<16 {
            let header = try source.bytes(at: start, upTo: 10)
            guard header.count == 10, header.has("ID3") else { break }
            // Seven bits a byte; a footer doubles the header.
            let size = header[6...].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
            start += 10 + size + (header[5] & 0x10 != 0 ? 10 : 0)
        }
        guard start == 0 || start < source.byteCount else {
            throw source.damaged("holds an ID3 tag and no audio after it")
        }
        return start
    }
}
