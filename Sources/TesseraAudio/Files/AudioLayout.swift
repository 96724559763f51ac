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
    /// - Parameter ffmpeg: What decodes the formats that are not read here; it is asked for where there is one.
    /// - Throws: `FileError` when the file is none that is read, or its header is damaged.
    init(of source: ByteSource, _ ffmpeg: () -> FFmpeg?) throws(FileError) {
        let start = try AudioTags.end(ofThoseBefore: source)
        let beginning = try source.bytes(at: start, upTo: 1 << 10)
        switch AudioFormat(of: beginning) {
        case .wav: try readWAV(source, .wav, from: start)
        case .bigEndianWAV: try readWAV(source, .bigEndianWAV, from: start)
        case .wave64: try readWAV(source, .wave64, from: start)
        case .aiff: try readAIFF(source, from: start, isCompressible: false)
        case .aiffC:
            try readAIFF(source, from: start, isCompressible: true)
            try leaveRefused(source, from: start, demuxer: "aiff", to: ffmpeg)
        case .caf:
            try readCAF(source, from: start)
            try leaveRefused(source, from: start, demuxer: "caf", to: ffmpeg)
        case .au: try readAU(source, from: start)
        case .flac: try readFLAC(source, from: start)
        case .ogg: try readOgg(source, from: start, ffmpeg)
        case .mpeg: try readMP3(source, start..<source.byteCount)
        case .foreign(let recording): try readForeign(recording, source, from: start, ffmpeg)
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

    private mutating func readOgg(
        _ source: ByteSource, from start: Int, _ ffmpeg: () -> FFmpeg?
    ) throws(FileError) {
        let end = try AudioTags.start(ofThoseBehind: source, start..<source.byteCount)
        let stream = try OggStream(source, start..<end)
        (parts, warnings, isIncomplete) = (stream.parts, stream.omissions, !stream.omissions.isEmpty)
        guard let codec = stream.foreignCodec else { return }
        // Of a chain, all links or none.
        let ffmpeg = parts.isEmpty && start == 0 ? ffmpeg() : nil
        guard let ffmpeg else { throw source.damaged(AudioFormat.conversion(of: codec, path: source.path)) }
        leave(ForeignRecording(codec, demuxer: "ogg"), source, to: ffmpeg)
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
