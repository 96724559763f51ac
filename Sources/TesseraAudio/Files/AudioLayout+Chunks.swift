internal import TesseraFiles

/// Formats whose samples lie bare in one place, mostly.
extension AudioLayout {
    mutating func readWAV(_ source: ByteSource, _ style: ChunkStyle, from start: Int) throws(FileError) {
        let chunks = try AudioChunks.find(in: source, style, start: start)
        let format = WAVFormat(chunks.format, isBigEndian: style.isBigEndian)
        let encoding = try format.encoding(in: source)
        try take(chunks.data, encoding, source, from: start)
        if format.isMPEG {
            let omissions = warnings
            try readMP3(source, chunks.data.bytes)
            for omission in omissions { leaveOut(omission) }
        }
        if let encoding, let warning = format.warning(about: encoding) { warnings.append(warning) }
    }

    mutating func readAIFF(
        _ source: ByteSource, from start: Int, isCompressible: Bool
    ) throws(FileError) {
        let chunks = try AudioChunks.find(in: source, .aiff, start: start)
        let encoding = AIFFFormat.encoding(chunks.format, isCompressible: isCompressible)
        if encoding == nil { codec = "AIFF with \(AIFFFormat.codec(chunks.format))" }
        try take(chunks.data, encoding, source, from: start)
    }

    mutating func readAU(_ source: ByteSource, from start: Int) throws(FileError) {
        let header = try AUHeader(source, start: start)
        try take(header.data, header.encoding, source, from: start)
    }

    /// libsndfile does not know that a size of -1 means to the end, and takes a cut file for damaged: it is shown a header
    /// with the size of what is there.
    mutating func readCAF(_ source: ByteSource, from start: Int) throws(FileError) {
        let chunks = try AudioChunks.find(in: source, .caf, start: start)
        let encoding = CAFFormat.encoding(chunks.format)
        try take(chunks.data, encoding, source, from: start)
        guard encoding == nil else { return }
        codec = "CAF with \(CAFFormat.codec(chunks.format))"
        let data = chunks.data.bytes
        let sizePlace = data.lowerBound - 12  // the size, and the count of edits which belongs to the contents
        var part = AudioPart(start..<sizePlace)
        let size = UInt64(data.count + 4)
        part.append((0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) }, insteadOfThoseAt: sizePlace)
        part.append(sizePlace + 8..<source.byteCount)
        parts = [part]
    }

    /// Has libsndfile read bare samples, or the whole file where they are compressed, and compares what is there with the
    /// header's account.
    private mutating func take(
        _ data: SampleData, _ encoding: RawEncoding?, _ source: ByteSource, from start: Int
    ) throws(FileError) {
        guard let encoding else {
            parts = [AudioPart(start..<source.byteCount)]
            if data.bytes.count < data.claimed, !data.isStreamed {
                leaveOut("truncated: \(data.bytes.count) of \(data.claimed) bytes")
            }
            return
        }
        try AudioLimits.check(channelCount: encoding.channelCount, sampleRate: encoding.sampleRate, in: source)
        var part = AudioPart(data.bytes)
        part.encoding = encoding
        parts = [part]
        let count = data.bytes.count / encoding.frameByteCount
        guard count > 0 else { throw source.damaged("holds no samples") }
        compare(count, data.claimed / UInt64(encoding.frameByteCount), data, encoding)
    }

    private mutating func compare(_ count: Int, _ claimed: UInt64, _ data: SampleData, _ encoding: RawEncoding) {
        if data.isStreamed {
            warnings = ["its header gives no length: read to the end of the file"]
        } else if claimed > count {
            leaveOut("truncated: \(count) of \(claimed) samples")
        } else if claimed < count {
            warnings = ["its header counts \(claimed) samples of \(count): read to the end of the file"]
        } else if data.bytes.count % encoding.frameByteCount != 0 {
            warnings = ["ends inside a sample, which is left out"]
        }
    }

    mutating func leaveOut(_ warning: String) {
        warnings.append(warning)
        isIncomplete = true
    }
}
