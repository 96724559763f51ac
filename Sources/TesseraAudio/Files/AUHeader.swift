internal import TesseraFiles

/// The header of an AU file of Sun's.
struct AUHeader {
    /// How the samples lie in the data; nil where they are compressed, or in a way that is left to libsndfile.
    let encoding: RawEncoding?
    let data: SampleData

    /// - Parameter start: Where `.snd` stands.
    /// - Throws: `FileError` when the header is cut or damaged.
    init(_ source: ByteSource, start: Int) throws(FileError) {
        let bytes = try source.bytes(at: start, upTo: 24)
        guard bytes.count == 24 else { throw source.damaged("is cut short inside its header") }
        let first = start + Int(bytes.bigEndian(4, 4))
        guard first >= start + 24, first <= source.byteCount else {
            throw source.damaged("has a damaged header: its data begin at byte \(first)")
        }
        let claimed = bytes.bigEndian(8, 4)
        let held = source.byteCount - first
        // The largest number says, as it is meant to, that the length was not known.
        var end = source.byteCount
        if claimed < held, claimed > 0, try AUHeader.isEnd(source, first + Int(claimed)) { end = first + Int(claimed) }
        data = SampleData(
            bytes: first..<end, claimed: claimed == 0xFFFF_FFFF ? UInt64(held) : claimed, isStreamed: claimed == 0)
        encoding = AUHeader.sample(Int(bytes.bigEndian(12, 4))).map {
            RawEncoding(
                sample: $0, channelCount: Int(bytes.bigEndian(20, 4)), sampleRate: Int(bytes.bigEndian(16, 4)),
                isBigEndian: true)
        }
    }

    /// Whether nothing but tags or zeros is behind the data.
    private static func isEnd(_ source: ByteSource, _ end: Int) throws(FileError) -> Bool {
        var reader = ByteReader(source)
        return try AudioTags.reach(source.byteCount, from: end, &reader)
    }

    private static func sample(_ code: Int) -> RawEncoding.Sample? {
        switch code {
        case 1: .muLaw
        case 2...5: RawEncoding.Sample(signedByteCount: code - 1)
        case 6: .float32
        case 7: .float64
        case 27: .aLaw
        default: nil
        }
    }
}
