internal import TesseraFiles

/// What a FLAC file says about all of its frames (RFC 9639, section 8).
struct FLACHeader: Sendable {
    let sampleRate: Int
    let channelCount: Int
    let bitsPerSample: Int
    /// Samples of each channel; nil where the encoder did not know.
    let sampleCount: Int?
    /// Where the first frame begins.
    let audioStart: Int

    /// - Parameter start: Where `fLaC` stands.
    /// - Throws: `FileError` when the header is cut or damaged.
    init(_ source: ByteSource, start: Int) throws(FileError) {
        let bytes = try source.bytes(at: start + 4, upTo: 38)
        guard bytes.count == 38 else { throw source.damaged("is cut short inside its header") }
        guard bytes[0] & 0x7F == 0, bytes.bigEndian(1, 3) == 34 else {
            throw source.damaged("is damaged FLAC: its header does not begin with the stream's format")
        }
        let packed = bytes.bigEndian(14, 8)  // 20 bits rate, 3 channels, 5 sample size, 36 count
        sampleRate = Int(packed >> 44)
        channelCount = Int(packed >> 41 & 7) + 1
        bitsPerSample = Int(packed >> 36 & 31) + 1
        sampleCount = packed & 0xF_FFFF_FFFF == 0 ? nil : Int(packed & 0xF_FFFF_FFFF)
        var position = start + 4
        var isLast = false
        for _ in 0..<1 << 16 where !isLast {
            let block = try source.bytes(at: position, upTo: 4)
            guard block.count == 4 else { throw source.damaged("is cut short inside its header") }
            isLast = block[0] & 0x80 != 0
            position += 4 + Int(block.bigEndian(1, 3))
        }
        guard isLast, position < source.byteCount else {
            throw source.damaged("is cut short: it ends before its frames")
        }
        audioStart = position
    }
}
