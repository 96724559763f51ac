internal import TesseraFiles

/// Which bytes of a file hold the recording, and what is known about them before they are decoded.
struct AudioLayout: Sendable {
    /// What is decoded, one after the other.
    var parts: [AudioPart] = []
    /// Short sentences for the user about what is odd; mostly empty.
    var warnings: [String] = []
    /// Whether something of the recording is missing, as a warning says.
    var isIncomplete = false
    /// The name of the codec inside the container; nil where it is known to be read.
    var codec: String?

    /// Bytes before MP3 frames, longer than any but a picture in a tag that is broken.
    private static let leadingByteLimit = 1 << 18

    /// Finds the recording in a file.
    ///
    /// - Throws: `FileError` when the file is none that is read, or its header is damaged.
    init(of source: ByteSource) throws(FileError) {
        let start = try AudioTags.end(ofThoseBefore: source)
        let beginning = try source.bytes(at: start, upTo: 1 << 10)
        switch AudioFormat(of: beginning, path: source.path) {
        case .wav: try readWAV(source, .wav, from: start)
        case .bigEndianWAV: try readWAV(source, .bigEndianWAV, from: start)
        case .wave64: try readWAV(source, .wave64, from: start)
        case .aiff: try readAIFF(source, from: start, isCompressible: false)
        case .aiffC: try readAIFF(source, from: start, isCompressible: true)
        case .caf: try readCAF(source, from: start)
        case .au: try readAU(source, from: start)
        case .flac: try readFLAC(source, from: start)
        case .ogg: try readOgg(source, from: start)
        case .mpeg: try readMP3(source, start..<source.byteCount)
        case .unknown(let cause): try findMP3(source, from: start, otherwise: cause)
        case .refused where start > 0: try readMP3(source, start..<source.byteCount)
        case .refused(let cause): throw source.damaged(cause)
        }
    }

    private mutating func readFLAC(_ source: ByteSource, from start: Int) throws(FileError) {
        let header = try FLACHeader(source, start: start)
        let end = try AudioTags.start(ofThoseBehind: source, header.audioStart..<source.byteCount)
        var part = AudioPart(start..<end)
        (part.flac, part.requiredCount) = (header, header.sampleCount)
        parts = [part]
    }

    private mutating func readOgg(_ source: ByteSource, from start: Int) throws(FileError) {
        let end = try AudioTags.start(ofThoseBehind: source, start..<source.byteCount)
        let stream = try OggStream(source, start..<end)
        (parts, warnings, isIncomplete) = (stream.parts, stream.omissions, !stream.omissions.isEmpty)
    }

    mutating func readMP3(_ source: ByteSource, _ range: Range<Int>) throws(FileError) {
        let end = try AudioTags.start(ofThoseBehind: source, range)
        let stream = try MP3Stream(source, range.lowerBound..<end)
        (parts, warnings, isIncomplete) = (stream.parts, stream.omissions, !stream.omissions.isEmpty)
    }

    /// Other programs look for MP3 frames behind bytes of any kind, which some writers leave there.
    private mutating func findMP3(_ source: ByteSource, from start: Int, otherwise cause: String) throws(FileError) {
        var frames = MP3FrameReader(source, end: source.byteCount)
        let range = start..<min(source.byteCount, start + Self.leadingByteLimit)
        let first = try frames.nextChain(in: range, of: nil)
        guard start > 0 || first != nil else { throw source.damaged(cause) }
        try readMP3(source, start..<source.byteCount)
    }
}
