internal import TesseraFiles

/// How bare samples lie in a file.
struct RawEncoding: Sendable, Equatable {
    /// One sample.
    enum Sample: Sendable {
        case unsigned8, signed16, signed24, signed32, float32, float64, aLaw, muLaw

        var byteCount: Int {
            switch self {
            case .unsigned8, .aLaw, .muLaw: 1
            case .signed16: 2
            case .signed24: 3
            case .signed32, .float32: 4
            case .float64: 8
            }
        }
    }

    let sample: Sample
    let channelCount: Int
    /// In Hz.
    let sampleRate: Int

    /// The bytes of one sample of every channel.
    var frameByteCount: Int { channelCount * sample.byteCount }
}

/// A WAV file's `fmt ` chunk (Microsoft's WAVEFORMATEX and WAVEFORMATEXTENSIBLE).
struct WAVFormat: Equatable {
    let tag: Int
    let channelCount: Int
    let sampleRate: Int
    let blockAlign: Int
    let bitsPerSample: Int

    /// - Parameter bytes: The chunk's contents, at least 16 bytes.
    init(_ bytes: [UInt8]) {
        func number(_ offset: Int, _ count: Int) -> Int { Int(truncatingIfNeeded: bytes.littleEndian(offset, count)) }
        // The extensible form keeps the actual tag in the first bytes of a GUID.
        tag = number(0, 2) == 0xFFFE && bytes.count >= 40 ? number(24, 2) : number(0, 2)
        channelCount = number(2, 2)
        sampleRate = number(4, 4)
        blockAlign = number(12, 2)
        bitsPerSample = number(14, 2)
    }

    /// How the samples lie in the data; nil where they are compressed, in a way that libsndfile knows.
    ///
    /// - Throws: `FileError` when the format is unknown or its numbers contradict each other.
    func encoding(in source: ByteSource) throws(FileError) -> RawEncoding? {
        try AudioLimits.check(channelCount: channelCount, sampleRate: sampleRate, in: source)
        // ADPCM, G.723, GSM 6.10, G.721, MPEG layers II and III.
        if [0x02, 0x11, 0x14, 0x31, 0x40, 0x50, 0x55].contains(tag) {
            guard blockAlign > 0 else { throw source.damaged("has a damaged header: blocks of 0 bytes") }
            return nil
        }
        let sample = try sample(in: source)
        let encoding = RawEncoding(sample: sample, channelCount: channelCount, sampleRate: sampleRate)
        guard blockAlign == encoding.frameByteCount else {
            let cause = "blocks of \(blockAlign) bytes for \(channelCount) x \(bitsPerSample) bits"
            throw source.damaged("has a damaged header: \(cause)")
        }
        return encoding
    }

    private func sample(in source: ByteSource) throws(FileError) -> RawEncoding.Sample {
        // Odd widths stand in the upper bits of whole bytes, whose number the block's size tells.
        let byteCount = blockAlign / channelCount
        switch (tag, bitsPerSample, byteCount) {
        case (1, 8, _): return .unsigned8
        case (1, 9...16, _): return .signed16
        case (1, 17...24, 0...3): return .signed24
        case (1, 17...32, _): return .signed32
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

/// What is accepted of any format.
enum AudioLimits {
    static let channelCounts = 1...64
    /// In Hz.
    static let sampleRates = 1_000...384_000

    static func check(channelCount: Int, sampleRate: Int, in source: ByteSource) throws(FileError) {
        guard channelCounts.contains(channelCount) else {
            throw source.damaged("has \(channelCount) channels: between 1 and \(channelCounts.upperBound) are read")
        }
        guard sampleRates.contains(sampleRate) else {
            let range = "\(sampleRates.lowerBound) to \(sampleRates.upperBound) Hz"
            throw source.damaged("has a sample rate of \(sampleRate) Hz: \(range) are read")
        }
    }
}
