internal import TesseraFiles

/// Watches the bytes of a FLAC stream go by for a frame whose format is not the stream's.
///
/// libsndfile reports a change of the channels, but decodes a change of rate or sample size as if there were none. A
/// frame's header has only 15 fixed bits, which samples can imitate: it counts where its checksum of 8 bits is right and
/// the 16-bit checksum of the frame before it is too (RFC 9639, section 9).
struct FLACFrames {
    private let header: FLACHeader
    /// The place of the first byte that was not looked at.
    private(set) var position: Int
    /// The last bytes that came: a header may go on in the next piece.
    private var rest: [UInt8] = []
    /// Over the frame so far: 0 once its own checksum was passed.
    private var checksum: UInt16 = 0
    /// Samples of each channel in the frames whose headers were passed.
    private var sampleCount = 0
    /// Where something known begins behind a frame: a tag, or another file.
    private var borders: [Int] = []

    /// The longest header of a frame.
    private static let headerLimit = 16

    init(_ header: FLACHeader) {
        self.header = header
        position = header.audioStart
    }

    /// Looks at the bytes from `offset` on.
    ///
    /// - Returns: How the format changes, in words; nil where it does not.
    mutating func changeOfFormat(in bytes: UnsafeRawBufferPointer, at offset: Int) -> String? {
        // Decoders go back and read again, and begin before the first frame.
        guard offset <= position, position < offset + bytes.count else { return nil }
        rest.append(contentsOf: bytes[(position - offset)...])
        position = offset + bytes.count
        let count = rest.count - Self.headerLimit
        guard count > 0 else { return nil }
        defer { rest.removeFirst(count) }
        return look(at: count)
    }

    /// Passes over the first `count` bytes of `rest`.
    private mutating func look(at count: Int) -> String? {
        let start = position - rest.count
        return rest.withUnsafeBufferPointer { rest in
            for place in 0..<count {
                let byte = rest[place]
                if checksum == 0 {
                    if byte == 0xFF, let found = frameFormat(rest, place) {
                        sampleCount += found.sampleCount
                        if let change = change(to: found) { return change }
                    } else if borders.count < 64, Self.isBorder(rest, place) {
                        borders.append(start + place)
                    }
                }
                checksum = checksum << 8 ^ Self.checksums16[Int(UInt8(checksum >> 8) ^ byte)]
            }
            return nil
        }
    }

    /// Whether nothing but zeros or tags is behind the last frame, once all bytes before `end` were looked at.
    ///
    /// - Throws: `FileError` when there is more sound than the header counts.
    mutating func endsClean(before end: Int, of source: ByteSource) throws(FileError) -> Bool {
        let count = rest.count
        rest.append(contentsOf: repeatElement(0, count: Self.headerLimit))
        position += Self.headerLimit
        if let change = look(at: count) { throw source.damaged("is FLAC that changes its format midway, \(change)") }
        rest = []
        if let count = header.sampleCount, sampleCount > count {
            throw source.damaged("has a damaged header: it counts \(count) samples of \(sampleCount)")
        }
        var reader = ByteReader(source)
        for border in borders {
            if try reader.bytes(at: border, upTo: 4).has("fLaC") {
                let cause = "holds another FLAC file behind the first, which is not read"
                throw source.damaged(cause, place: "byte \(border)")
            }
            if try AudioTags.reach(end, from: border, &reader) { return true }
        }
        return checksum == 0
    }

    /// Whether a tag or another file may begin at `place`.
    private static func isBorder(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        borderNames.contains { bytes[place...].starts(with: $0) }
    }

    private static let borderNames = ["fLaC", "ID3", "TAG", "APETAGEX"].map { Array($0.utf8) }

    private typealias Format = (sampleRate: Int, channelCount: Int, bitsPerSample: Int, sampleCount: Int)

    private func change(to format: Format) -> String? {
        if format.sampleRate != header.sampleRate {
            return "from \(header.sampleRate) to \(format.sampleRate) Hz"
        }
        if format.channelCount != header.channelCount {
            return "from \(header.channelCount) to \(format.channelCount) channels"
        }
        if format.bitsPerSample != header.bitsPerSample {
            return "from \(header.bitsPerSample) to \(format.bitsPerSample) bits"
        }
        return nil
    }

    /// The format in the frame's header at `place`; nil where there is none.
    private func frameFormat(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Format? {
        guard bytes[place + 1] & 0xFE == 0xF8, bytes[place + 3] & 1 == 0 else { return nil }
        let (blockCode, rateCode) = (bytes[place + 2] >> 4, Int(bytes[place + 2] & 15))
        let (channelCode, sizeCode) = (Int(bytes[place + 3] >> 4), Int(bytes[place + 3] >> 1 & 7))
        guard blockCode != 0, rateCode != 15, channelCode < 11, sizeCode != 3 else { return nil }
        // The frame's number, coded as UTF-8 does: as many bytes as its first has leading ones.
        let leadingOnes = (~bytes[place + 4]).leadingZeroBitCount
        guard leadingOnes != 1, leadingOnes < 8 else { return nil }
        let ratePlace = place + 4 + max(1, leadingOnes) + (blockCode == 6 ? 1 : blockCode == 7 ? 2 : 0)
        let end = ratePlace + (rateCode == 12 ? 1 : rateCode > 12 ? 2 : 0)
        let sum = (place..<end).reduce(UInt8(0)) { Self.checksums8[Int($0 ^ bytes[$1])] }
        guard end < place + Self.headerLimit, sum == bytes[end] else { return nil }
        let long = Int(bytes[ratePlace]) << 8 | Int(bytes[ratePlace + 1])
        let rate =
            switch rateCode {
            case 0: header.sampleRate
            case 12: Int(bytes[ratePlace]) * 1000
            case 13: long
            case 14: long * 10
            default: Self.rates[rateCode]
            }
        let blockPlace = place + 4 + max(1, leadingOnes)
        let block =
            switch blockCode {
            case 1: 192
            case 2...5: 576 << Int(blockCode - 2)
            case 6: Int(bytes[blockPlace]) + 1
            case 7: (Int(bytes[blockPlace]) << 8 | Int(bytes[blockPlace + 1])) + 1
            default: 256 << Int(blockCode - 8)
            }
        return (
            rate, channelCode < 8 ? channelCode + 1 : 2, sizeCode == 0 ? header.bitsPerSample : Self.sizes[sizeCode],
            block
        )
    }

    private static let rates = [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000]
    private static let sizes = [0, 8, 12, 0, 16, 20, 24, 32]

    /// The remainders by x⁸ + x² + x + 1 of every byte.
    private static let checksums8: [UInt8] = (0..<256).map { byte in
        (0..<8).reduce(UInt8(byte)) { value, _ in value << 1 ^ (value & 0x80 != 0 ? 0x07 : 0) }
    }

    /// The remainders by x¹⁶ + x¹⁵ + x² + 1 of every byte.
    private static let checksums16: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { value, _ in value << 1 ^ (value & 0x8000 != 0 ? 0x8005 : 0) }
    }
}
