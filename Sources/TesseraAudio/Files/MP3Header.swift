/// The four bytes that begin a frame of MPEG audio (ISO 11172-3, 13818-3).
struct MP3Header {
    /// What does not change within a stream that one decoder can read.
    struct Format: Equatable {
        let isVersion1: Bool
        let layer: Int
        /// In Hz.
        let sampleRate: Int
        let isMono: Bool
    }

    let format: Format
    let hasChecksum: Bool
    /// Of the whole frame, header included.
    let byteCount: Int

    /// Samples of each channel in a frame.
    var sampleCount: Int { format.layer == 1 ? 384 : format.layer == 2 || format.isVersion1 ? 1152 : 576 }
    /// Where the side information of layer III lies in the frame.
    var sideInformationStart: Int { hasChecksum ? 6 : 4 }
    var sideInformationEnd: Int {
        sideInformationStart + (format.isVersion1 ? (format.isMono ? 17 : 32) : (format.isMono ? 9 : 17))
    }

    /// Nil where no header of MPEG 1, 2 or 2.5 stands at `offset`.
    init?(_ bytes: [UInt8], at offset: Int) {
        guard offset >= 0, offset + 4 <= bytes.count, bytes[offset] == 0xFF, bytes[offset + 1] & 0xE0 == 0xE0 else {
            return nil
        }
        let second = bytes[offset + 1]
        let third = bytes[offset + 2]
        let version = Int(second >> 3 & 3)  // 0: 2.5, 1: reserved, 2: 2, 3: 1
        let layer = 4 - Int(second >> 1 & 3)
        let rateIndex = Int(third >> 4)
        let frequencyIndex = Int(third >> 2 & 3)
        guard version != 1, layer != 4, (1...14).contains(rateIndex), frequencyIndex != 3 else { return nil }
        let isVersion1 = version == 3
        let frequency = Self.frequencies[frequencyIndex] >> (isVersion1 ? 0 : version == 2 ? 1 : 2)
        format = Format(
            isVersion1: isVersion1, layer: layer, sampleRate: frequency, isMono: bytes[offset + 3] >> 6 == 3)
        hasChecksum = second & 1 == 0
        let rates = isVersion1 ? Self.rates1[layer - 1] : Self.rates2[layer == 1 ? 0 : 1]
        let bits = rates[rateIndex - 1] * 1000
        let padding = Int(third >> 1 & 1)
        byteCount =
            layer == 1
            ? (12 * bits / frequency + padding) * 4
            : (layer == 3 && !isVersion1 ? 72 : 144) * bits / frequency + padding
    }

    private static let frequencies = [44100, 48000, 32000]
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
