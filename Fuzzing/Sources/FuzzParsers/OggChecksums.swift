/// The OGG file `ogg` with the checksum that each of its pages should have (RFC 3533, section 6).
func withPageChecksums(_ ogg: [UInt8]) -> [UInt8] {
    var ogg = ogg
    var start = 0
    while start + 27 <= ogg.count {
        guard ogg[start..<start + 4].elementsEqual("OggS".utf8) else {
            start += 1
            continue
        }
        let tableEnd = start + 27 + Int(ogg[start + 26])
        guard tableEnd <= ogg.count else { return ogg }
        let end = tableEnd + ogg[start + 27..<tableEnd].reduce(0) { $0 + Int($1) }
        guard end <= ogg.count else { return ogg }
        for index in 0..<4 { ogg[start + 22 + index] = 0 }
        let checksum = ogg[start..<end].reduce(0 as UInt32) { $0 << 8 ^ remainders[Int($0 >> 24) ^ Int($1)] }
        for index in 0..<4 { ogg[start + 22 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * index)) }
        start = end
    }
    return ogg
}

/// Of each byte, by Ogg's polynomial.
private let remainders: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte) << 24) { value, _ in value << 1 ^ (value >> 31 == 1 ? 0x04C1_1DB7 : 0) }
}
