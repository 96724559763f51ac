internal import TesseraFiles

/// A WAV file's `fmt ` chunk (Microsoft's WAVEFORMATEX and WAVEFORMATEXTENSIBLE).
struct WAVFormat {
    let tag: Int
    let channelCount: Int
    let sampleRate: Int
    let blockAlign: Int
    let bitsPerSample: Int
    private let isBigEndian: Bool

    /// - Parameter bytes: The chunk's contents, at least 16 bytes.
    init(_ bytes: [UInt8], isBigEndian: Bool = false) {
        func number(_ offset: Int, _ count: Int) -> Int {
            Int(isBigEndian ? bytes.bigEndian(offset, count) : bytes.littleEndian(offset, count))
        }
        self.isBigEndian = isBigEndian
        // The extensible form keeps the actual tag in the first number of a GUID.
        tag = number(0, 2) == 0xFFFE && bytes.count >= 40 ? number(24, 4) & 0xFFFF : number(0, 2)
        channelCount = number(2, 2)
        sampleRate = number(4, 4)
        blockAlign = number(12, 2)
        bitsPerSample = number(14, 2)
    }

    /// Whether the data are MPEG audio of layer II or III.
    var isMPEG: Bool { tag == 0x50 || tag == 0x55 }

    /// How the samples lie in the data; nil where they are compressed, in a way that libsndfile knows.
    ///
    /// - Throws: `FileError` when the format is unknown or its numbers contradict each other.
    func encoding(in source: ByteSource) throws(FileError) -> RawEncoding? {
        try AudioLimits.check(channelCount: channelCount, sampleRate: sampleRate, in: source)
        // ADPCM, G.723, GSM 6.10, G.721, MPEG layers II and III.
        let isCompressed = [0x02, 0x11, 0x14, 0x31, 0x40, 0x50, 0x55].contains(tag)
        let encoding =
            isCompressed
            ? nil
            : RawEncoding(
                sample: try sample(in: source), channelCount: channelCount, sampleRate: sampleRate,
                isBigEndian: isBigEndian)
        guard blockAlign > 0 else { throw source.damaged("has a damaged header: blocks of 0 bytes") }
        return encoding
    }

    /// The bytes of one sample. The block's size tells only whether 24 bits stand in the upper ones of 32: where it
    /// contradicts the other numbers it is wrong, and other readers do not look at it.
    private var sampleByteCount: Int {
        (17...24).contains(bitsPerSample) && blockAlign == 4 * channelCount ? 4 : (bitsPerSample + 7) / 8
    }

    /// What is odd about the size of blocks that is given, where samples of `encoding` are read; nil mostly.
    func warning(about encoding: RawEncoding) -> String? {
        guard blockAlign != encoding.frameByteCount else { return nil }
        let samples = "\(channelCount) x \(bitsPerSample) bits"
        return "its header gives blocks of \(blockAlign) bytes for \(samples): read as \(encoding.frameByteCount)"
    }

    private func sample(in source: ByteSource) throws(FileError) -> RawEncoding.Sample {
        switch (tag, bitsPerSample, sampleByteCount) {
        case (1, 8, _): return .unsigned8
        case (1, 9...16, _): return .signed16
        case (1, 17...24, 3): return .signed24
        case (1, 17...32, 4): return .signed32
        case (3, 32, _): return .float32
        case (3, 64, _): return .float64
        case (6, 8, _): return .aLaw
        case (7, 8, _): return .muLaw
        case (1, _, _), (3, _, _), (6, _, _), (7, _, _):
            throw source.damaged("has a damaged header: \(bitsPerSample) bits a sample")
        default:
            throw source.damaged("is WAV in an unknown encoding: format tag 0x\(String(tag, radix: 16))")
        }
    }
}
