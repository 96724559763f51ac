internal import TesseraFiles

/// A look at the frames of an MPEG audio stream (ISO 11172-3, 13818-3). libsndfile's decoder turns anything with the right
/// header into noise or silence, so the beginning is checked before it is believed.
enum MP3Frames {
    /// The four bytes that begin a frame.
    struct Header {
        let isVersion1: Bool
        let layer: Int
        let isMono: Bool
        let hasChecksum: Bool
        /// Of the whole frame, header included.
        let byteCount: Int

        /// Where the side information of layer III lies in the frame.
        var sideInformationStart: Int { hasChecksum ? 6 : 4 }
        var sideInformationEnd: Int { sideInformationStart + (isVersion1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17)) }

        /// Nil where no header of MPEG 1, 2 or 2.5 stands at `offset`.
        init?(_ bytes: [UInt8], at offset: Int) {
            guard offset + 4 <= bytes.count, bytes[offset] == 0xFF, bytes[offset + 1] & 0xE0 == 0xE0 else { return nil }
            let second = bytes[offset + 1]
            let third = bytes[offset + 2]
            let version = Int(second >> 3 & 3)  // 0: 2.5, 1: reserved, 2: 2, 3: 1
            let layer = 4 - Int(second >> 1 & 3)
            let rateIndex = Int(third >> 4)
            let frequencyIndex = Int(third >> 2 & 3)
            guard version != 1, layer != 4, (1...14).contains(rateIndex), frequencyIndex != 3 else { return nil }
            self.layer = layer
            isVersion1 = version == 3
            isMono = bytes[offset + 3] >> 6 == 3
            hasChecksum = second & 1 == 0
            let frequency = [44100, 48000, 32000][frequencyIndex] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
            let rates = isVersion1 ? Self.rates1[layer - 1] : Self.rates2[layer == 1 ? 0 : 1]
            let bits = rates[rateIndex - 1] * 1000
            let padding = Int(third >> 1 & 1)
            byteCount =
                layer == 1
                ? (12 * bits / frequency + padding) * 4
                : (layer == 3 && !isVersion1 ? 72 : 144) * bits / frequency + padding
        }

        // kbit/s, by layer.
        private static let rates1 = [
            [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
            [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
            [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        ]
        private static let rates2 = [
            [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
            [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        ]
    }

    /// Where the first frame begins.
    ///
    /// - Throws: `FileError` when no frames follow each other, or most of the first hundred cannot be decoded.
    static func first(in source: ByteSource, from start: Int) throws(FileError) -> Int {
        // A hundred frames at most, after as much of other bytes as a broken tag leaves.
        let bytes = try source.bytes(at: start, upTo: 1 << 18)
        let isWhole = start + bytes.count == source.byteCount
        let first = bytes.indices.first { offset in
            guard let header = Header(bytes, at: offset) else { return false }
            let next = offset + header.byteCount
            return Header(bytes, at: next).map { $0.layer == header.layer } ?? (isWhole && next == bytes.count)
        }
        guard let first else { throw source.damaged("is damaged: it holds no MP3 frames") }
        var (count, damagedCount, offset) = (0, 0, first)
        while count < 100, let header = Header(bytes, at: offset), offset + header.byteCount <= bytes.count {
            count += 1
            if header.layer == 3, isDamaged(bytes, offset, header) { damagedCount += 1 }
            offset += header.byteCount
        }
        guard damagedCount * 2 < count else {
            throw source.damaged("is damaged: \(damagedCount) of its first \(count) MP3 frames cannot be decoded")
        }
        return start + first
    }

    /// Whether the first frame, at `start`, is one of Xing's or Fraunhofer's that tells how many follow.
    static func hasCount(_ source: ByteSource, _ start: Int) throws(FileError) -> Bool {
        let bytes = try source.bytes(at: start, upTo: 64)
        guard let header = Header(bytes, at: 0) else { return false }
        let place = header.sideInformationEnd
        return bytes.has("Xing", at: place) || bytes.has("Info", at: place) || bytes.has("VBRI", at: 36)
    }

    /// Whether the side information of a frame of layer III asks for something impossible.
    private static func isDamaged(_ bytes: [UInt8], _ offset: Int, _ header: Header) -> Bool {
        let channelCount = header.isMono ? 1 : 2
        let mainByteCount = header.byteCount - header.sideInformationEnd
        guard mainByteCount >= 0 else { return true }
        var bits = BitReader(bytes: bytes, position: (offset + header.sideInformationStart) * 8)
        let earlierByteCount = bits.next(header.isVersion1 ? 9 : 8)
        _ = bits.next(header.isVersion1 ? (header.isMono ? 5 : 3) + 4 * channelCount : channelCount)
        var bitCount = 0
        for _ in 0..<(header.isVersion1 ? 2 : 1) * channelCount {
            bitCount += bits.next(12)
            if bits.next(9) > 288 { return true }  // pairs of a granule's 576 values
            _ = bits.next(header.isVersion1 ? 12 : 17)
            let switchesWindow = bits.next(1) == 1
            if switchesWindow, bits.next(2) == 0 { return true }  // to the window that needs no switching
            _ = bits.next((switchesWindow ? 20 : 22) + (header.isVersion1 ? 3 : 2))
        }
        return bitCount > (earlierByteCount + mainByteCount) * 8
    }

    private struct BitReader {
        let bytes: [UInt8]
        /// In bits.
        var position: Int

        /// The next `count` bits as a number; 0 beyond the end.
        mutating func next(_ count: Int) -> Int {
            defer { position += count }
            return (position..<position + count).reduce(0) { value, bit in
                value << 1 | (bit / 8 < bytes.count ? Int(bytes[bit / 8] >> (7 - bit % 8) & 1) : 0)
            }
        }
    }
}
